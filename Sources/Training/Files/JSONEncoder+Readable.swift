internal import Foundation

extension JSONEncoder {
    /// Sorted and indented: equal values give equal bytes, and a person can read them.
    static var readable: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return encoder
    }
}
