/// A small PNG reader written apart from the writer, for the tests: stored, fixed and dynamic deflate blocks, five filters.
struct PNGReader {
    struct Fault: Error { var what: String }

    let width: Int
    let height: Int
    let channels: Int
    /// (height, width, channels)
    let pixels: [UInt8]

    init(_ file: [UInt8]) throws {
        guard file.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
            throw Fault(what: "signature")
        }
        var at = 8
        var packed: [UInt8] = []
        var header: [UInt8] = []
        var isEnded = false
        while at < file.count {
            let length = Self.number(file[at..<at + 4])
            let type = String(decoding: file[at + 4..<at + 8], as: UTF8.self)
            let data = Array(file[at + 8..<at + 8 + length])
            guard
                Self.crc(file[at + 4..<at + 8 + length])
                    == UInt32(Self.number(file[at + 8 + length..<at + 12 + length]))
            else { throw Fault(what: "CRC of \(type)") }
            if type == "IHDR" { header = data }
            if type == "IDAT" { packed += data }
            if type == "IEND" { isEnded = true }
            at += 12 + length
        }
        guard isEnded, header.count == 13, header[8] == 8, [0, 2].contains(header[9]) else {
            throw Fault(what: "header")
        }
        width = Self.number(header[0..<4])
        height = Self.number(header[4..<8])
        channels = header[9] == 0 ? 1 : 3
        var inflater = Inflater(bytes: Array(packed.dropFirst(2).dropLast(4)))
        pixels = try Self.unfilter(inflater.run(), rowBytes: width * channels, height: height, channels: channels)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

    private static func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }

    private static func unfilter(_ bytes: [UInt8], rowBytes: Int, height: Int, channels: Int) throws -> [UInt8] {
        guard bytes.count == (rowBytes + 1) * height else { throw Fault(what: "size \(bytes.count)") }
        var result = [UInt8](repeating: 0, count: rowBytes * height)
        for row in 0..<height {
            let filter = bytes[row * (rowBytes + 1)]
            for x in 0..<rowBytes {
                let at = row * rowBytes + x
                let a = x >= channels ? Int(result[at - channels]) : 0
                let b = row > 0 ? Int(result[at - rowBytes]) : 0
                let c = x >= channels && row > 0 ? Int(result[at - rowBytes - channels]) : 0
                let p = a + b - c
                let nearest =
                    abs(p - a) <= abs(p - b) && abs(p - a) <= abs(p - c) ? a : abs(p - b) <= abs(p - c) ? b : c
                let add = [0, a, b, (a + b) / 2, nearest][Int(filter)]
                result[at] = bytes[row * (rowBytes + 1) + 1 + x] &+ UInt8(add)
            }
        }
        return result
    }
}

/// Deflate (RFC 1951), bit by bit.
private struct Inflater {
    let bytes: [UInt8]
    var bit = 0
    var out: [UInt8] = []

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func take(_ count: Int) throws -> Int {
        var value = 0
        for place in 0..<count {
            guard bit / 8 < bytes.count else { throw PNGReader.Fault(what: "data ends early") }
            value |= Int(bytes[bit / 8] >> (bit % 8) & 1) << place
            bit += 1
        }
        return value
    }

    mutating func run() throws -> [UInt8] {
        var isLast = false
        while !isLast {
            isLast = try take(1) == 1
            switch try take(2) {
            case 0:
                bit = (bit + 7) / 8 * 8
                let length = try take(16)
                _ = try take(16)
                for _ in 0..<length { out.append(UInt8(try take(8))) }
            case 1:
                let lengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
                try block(Codes(lengths), Codes([Int](repeating: 5, count: 30)))
            case 2:
                let (literals, distances) = try tables()
                try block(literals, distances)
            default: throw PNGReader.Fault(what: "block type")
            }
        }
        return out
    }

    private mutating func tables() throws -> (Codes, Codes) {
        let (literals, distances, meta) = (try take(5) + 257, try take(5) + 1, try take(4) + 4)
        var lengths = [Int](repeating: 0, count: 19)
        for place in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15].prefix(meta) {
            lengths[place] = try take(3)
        }
        let codes = Codes(lengths)
        var all: [Int] = []
        while all.count < literals + distances {
            switch try symbol(codes) {
            case 16: all += [Int](repeating: all.last ?? 0, count: try take(2) + 3)
            case 17: all += [Int](repeating: 0, count: try take(3) + 3)
            case 18: all += [Int](repeating: 0, count: try take(7) + 11)
            case let length: all.append(length)
            }
        }
        return (Codes(Array(all[..<literals])), Codes(Array(all[literals...])))
    }

    private mutating func symbol(_ codes: Codes) throws -> Int {
        var code = 1
        for _ in 0..<15 {
            code = code << 1 | (try take(1))
            if let symbol = codes.symbols[code] { return symbol }
        }
        throw PNGReader.Fault(what: "code")
    }

    private mutating func block(_ literals: Codes, _ distances: Codes) throws {
        while true {
            let value = try symbol(literals)
            if value < 256 {
                out.append(UInt8(value))
            } else if value == 256 {
                return
            } else {
                let step = value - 257
                let length =
                    step == 28
                    ? 258 : step < 8 ? step + 3 : ((4 + step % 4) << (step / 4 - 1)) + 3 + (try take(step / 4 - 1))
                let far = try symbol(distances)
                let distance = far < 4 ? far + 1 : ((2 + far % 2) << (far / 2 - 1)) + 1 + (try take(far / 2 - 1))
                guard distance <= out.count else { throw PNGReader.Fault(what: "distance") }
                for _ in 0..<length { out.append(out[out.count - distance]) }
            }
        }
    }

    /// Canonical prefix codes, keyed by the code with a leading 1.
    struct Codes {
        var symbols: [Int: Int] = [:]

        init(_ lengths: [Int]) {
            var code = 0
            for length in 1...15 {
                for (symbol, own) in lengths.enumerated() where own == length {
                    symbols[1 << length | code] = symbol
                    code += 1
                }
                code <<= 1
            }
        }
    }
}
