import Foundation

/// Numbers in lines of progress and in curves.
enum Decimals {
    static func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    /// Up to six significant digits, as in 0.001 or 1e-05.
    static func short(_ value: Double) -> String { String(format: "%g", value) }

    /// As in "12.3 s", "4 min 10 s" or "2 h 05 min".
    static func time(_ seconds: Double) -> String {
        if seconds < 60 { return fixed(seconds, 1) + " s" }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(String(format: "%02d", whole % 3600 / 60)) min"
    }
}
