import Foundation

/// Numbers and positions in the words of the page.
enum Format {
    /// A real minus sign for text; pictures pass "-".
    static func signed(_ value: Double, digits: Int, minus: String = "\u{2212}") -> String {
        let text = String(format: "%.\(digits)f", abs(value))
        let isZero = !text.contains { $0 != "0" && $0 != "." }
        return (isZero ? "" : value < 0 ? minus : "+") + text
    }

    static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "not a number" }
        let text = String(format: "%.\(digits)f", abs(value))
        return (value < 0 && text.contains { $0 != "0" && $0 != "." } ? "\u{2212}" : "") + text
    }

    /// A score or threshold, 0…1.
    static func score(_ value: Double) -> String { fixed(value, 2) }

    /// Three significant digits without an exponent where that is short.
    static func significant(_ value: Double) -> String {
        guard value.isFinite else { return "not a number" }
        if value == 0 { return "0" }
        let size = abs(value)
        if size >= 0.001 && size < 10000 {
            let digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4
            return String(format: "%.\(digits)f", value)
        }
        return String(format: "%.1E", value)
    }

    /// Three significant digits without trailing zeros.
    static func short(_ value: Double) -> String {
        var text = significant(value)
        guard text.contains("."), !text.contains("E") else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    static func percent(_ share: Double, digits: Int = 0) -> String { fixed(share * 100, digits) + "\u{A0}%" }

    static func size(_ mm: SIMD3<Double>, digits: Int = 0) -> String {
        "\(fixed(mm.x, digits)) × \(fixed(mm.y, digits)) × \(fixed(mm.z, digits))\u{A0}mm"
    }

    /// A point in RAS mm, every number with its sign.
    static func point(_ mm: SIMD3<Double>) -> String {
        "(\(signed(mm.x, digits: 1)), \(signed(mm.y, digits: 1)), \(signed(mm.z, digits: 1)))\u{A0}mm"
    }

    static func voxel(_ v: SIMD3<Int>) -> String { "(\(v.x), \(v.y), \(v.z))" }

    static func seconds(_ value: Double) -> String { fixed(value, value < 10 ? 2 : 1) + " s" }

    /// A length of time in the largest two units, for ages.
    static func age(seconds: Int) -> String {
        switch seconds {
        case ..<0: return "in the future: check the clock"
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        default: return "\(seconds / 86400) days \(seconds % 86400 / 3600) h"
        }
    }

    /// A length in mm that no line break parts from its unit.
    static func mm(_ value: Double, digits: Int = 1) -> String { "\(fixed(value, digits))\u{A0}mm" }

    /// A coordinate in mm, with its sign.
    static func coordinate(_ value: Double, digits: Int = 1) -> String { "\(signed(value, digits: digits))\u{A0}mm" }

    static func count(_ n: Int, _ one: String, _ many: String) -> String { "\(n) \(n == 1 ? one : many)" }
}
