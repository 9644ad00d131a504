import ConvNet
import Foundation
import Testing

/// Archives beyond 4 GB keep lengths and places in ZIP64 fields. Here a small one is rewritten so.
@Suite struct ZipArchiveTests {
    private static func number(_ value: Int, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func value(_ data: [UInt8], _ at: Int, _ bytes: Int) -> Int {
        (0..<bytes).reduce(0) { $0 | Int(data[at + $1]) << (8 * $1) }
    }

    /// The smallest checkpoint with every length and place in ZIP64 fields.
    ///
    /// - Parameters:
    ///   - field: changes a member's ZIP64 field before it is written
    ///   - record: changes the ZIP64 end record
    private static func rewritten(
        field: ([UInt8]) -> [UInt8] = { $0 }, record: ([UInt8]) -> [UInt8] = { $0 }
    ) throws -> Data {
        let data = [UInt8](try Data(contentsOf: URL(filePath: Fixtures.path("pth/accept_handmade_zip.pth"))))
        let end = data.count - 22
        let (count, start) = (value(data, end + 10, 2), value(data, end + 16, 4))
        var directory: [UInt8] = []
        var at = start
        for _ in 0..<count {
            let (name, extra, comment) = (value(data, at + 28, 2), value(data, at + 30, 2), value(data, at + 32, 2))
            var entry = Array(data[at..<(at + 46)])
            let long = [24, 20, 42].flatMap { number(value(entry, $0, 4), 8) }
            for place in [20, 24, 42] { entry.replaceSubrange(place..<(place + 4), with: number(0xFFFF_FFFF, 4)) }
            // A foreign field stands first.
            let fields = field(number(0x9999, 2) + number(2, 2) + [1, 2] + number(1, 2) + number(24, 2) + long)
            entry.replaceSubrange(30..<34, with: number(fields.count, 2) + number(0, 2))
            directory += entry + data[(at + 46)..<(at + 46 + name)] + fields
            at += 46 + name + extra + comment
        }
        let place = start + directory.count
        let longEnd =
            number(0x0606_4B50, 4) + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 4) + number(0, 4)
            + number(count, 8) + number(count, 8) + number(directory.count, 8) + number(start, 8)
        let locator = number(0x0706_4B50, 4) + number(0, 4) + number(place, 8) + number(1, 4)
        let shortEnd =
            number(0x0605_4B50, 4) + number(0, 4) + number(0xFFFF, 2) + number(0xFFFF, 2) + number(0xFFFF_FFFF, 4)
            + number(0xFFFF_FFFF, 4) + number(0, 2)
        return Data(data[..<start] + directory + record(longEnd) + locator + shortEnd)
    }

    private func read(_ data: Data) throws -> [String: Tensor] {
        var result: [String: Tensor] = [:]
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "x.pth")
            try data.write(to: file)
            result = try PyTorchCheckpoint.read(file.path)
        }
        return result
    }

    @Test func lengthsInZIP64FieldsAreRead() throws {
        #expect(try read(Self.rewritten()) == ["w": Tensor(shape: [2, 3], values: [0, 1, 2, 3, 4, 5])])
    }

    @Test func missingZIP64FieldIsRefused() throws {
        let error = try #require(
            #expect(throws: ConvNetError.self) { try read(Self.rewritten(field: { Array($0.prefix(6)) })) })
        #expect(error.code == .malformed)
        #expect(error.message.contains("ZIP64"))
    }

    @Test func shortZIP64FieldIsRefused() throws {
        let error = #expect(throws: ConvNetError.self) {
            try read(Self.rewritten(field: { Array($0.prefix(8)) + Self.number(16, 2) + $0[10..<26] }))
        }
        #expect(error?.code == .malformed)
    }

    /// Lengths and places of 2⁶⁴ - 1 and 2⁶² neither overflow nor are followed.
    @Test(arguments: [[UInt8](repeating: 0xFF, count: 8), [0, 0, 0, 0, 0, 0, 0, 0x40]], [10, 18, 26])
    func hugeNumbersInAMemberAreRefused(number: [UInt8], place: Int) throws {
        let error = #expect(throws: ConvNetError.self) {
            try read(
                Self.rewritten(field: { field in
                    var field = field
                    field.replaceSubrange(place..<(place + 8), with: number)
                    return field
                }))
        }
        #expect(error?.code == .malformed)
    }

    @Test(arguments: [[UInt8](repeating: 0xFF, count: 8), [0, 0, 0, 0, 0, 0, 0, 0x40]], [0, 32, 40, 48])
    func hugeNumbersInTheEndRecordAreRefused(number: [UInt8], place: Int) throws {
        let error = #expect(throws: ConvNetError.self) {
            try read(
                Self.rewritten(record: { record in
                    var record = record
                    record.replaceSubrange(place..<(place + 8), with: number)
                    return record
                }))
        }
        #expect(error?.code == .malformed)
    }
}
