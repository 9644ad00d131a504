/// What kind of value stands at each place of a settings type, for messages and for optional values, which the JSON of
/// defaults leaves out.
struct SettingsShape {
    private let type: Any.Type?
    private let value: Any?

    init(_ value: Any) {
        self.init(type: Swift.type(of: value), value: value)
    }

    private init(type: Any.Type?, value: Any?) {
        self.type = type
        self.value = value
    }

    /// True where a property of that name exists.
    var isKnown: Bool { type != nil }

    /// True where any key is allowed.
    var isDictionary: Bool { value.map { Mirror(reflecting: $0).displayStyle == .dictionary } ?? false }

    /// The shape at a path; unknown where there is none.
    subscript(keys: [String]) -> SettingsShape {
        guard let key = keys.first, let value else { return keys.isEmpty ? self : SettingsShape(type: nil, value: nil) }
        var mirror = Mirror(reflecting: value)
        // A value in an optional.
        if mirror.displayStyle == .optional, let inner = mirror.children.first {
            mirror = Mirror(reflecting: inner.value)
        }
        let child =
            mirror.displayStyle == .collection
            ? (Int(key) ?? -1 >= 0 ? mirror.children.first : nil)
            : mirror.children.first { $0.label == key }
        guard let child else { return SettingsShape(type: nil, value: nil) }
        return SettingsShape(child.value)[Array(keys.dropFirst())]
    }

    /// False where a number does not fit into the type.
    func holds(_ value: SettingsValue) -> Bool {
        guard let integer = type as? any FixedWidthInteger.Type else { return true }
        return switch value {
        case .int(let number): Self.fits(number, integer)
        case .double(let number): Int64(exactly: number).map { Self.fits($0, integer) } ?? false
        default: false
        }
    }

    private static func fits<Integer: FixedWidthInteger>(_ number: Int64, _ type: Integer.Type) -> Bool {
        Integer(exactly: number) != nil
    }

    /// "a whole number", "one of A, B"; nil where nothing is known.
    var expectation: String? { type.flatMap(Self.expectation) }

    private static func expectation(_ type: Any.Type) -> String? {
        switch type {
        case is Bool.Type: return "true or false"
        case is UInt64.Type, is UInt.Type, is UInt32.Type: return "a whole number from 0"
        case is any FixedWidthInteger.Type: return "a whole number"
        case is any BinaryFloatingPoint.Type: return "a number"
        case is String.Type: return "text in quotes"
        case let choice as any CaseIterable.Type: return choices(choice)
        case let optional as any OptionalShape.Type: return optional.wrapped.flatMap(expectation)
        case is ClosedRange<Double>.Type: return "a range [from, to] of numbers, the lower one first"
        case let list as any ListShape.Type: return expectation(list.element).map { "a list, each \($0)" } ?? "a list"
        default: return nil
        }
    }

    private static func choices<Choice: CaseIterable>(_ type: Choice.Type) -> String {
        let names = type.allCases.map { value in (value as? any RawRepresentable).map { "\($0.rawValue)" } ?? "\(value)"
        }
        return "one of " + names.map { "\"\($0)\"" }.joined(separator: ", ")
    }
}

private protocol OptionalShape { static var wrapped: Any.Type? { get } }
extension Optional: OptionalShape { fileprivate static var wrapped: Any.Type? { Wrapped.self } }
private protocol ListShape { static var element: Any.Type { get } }
extension Array: ListShape { fileprivate static var element: Any.Type { Element.self } }
