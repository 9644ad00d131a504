/// Reads the pickles of PyTorch checkpoints and nothing else.
///
/// A pickle is a program for a stack machine. This machine knows the instructions that `torch.save` writes for a state dict,
/// and no others; names outside `PickleGlobal` are refused, and no instruction runs foreign code. Work and memory have a
/// bound, so that no file can ask for more than it could honestly need. Source: Python's pickletools, protocol 2.
struct PickleMachine {
    private(set) var heap = PickleHeap()
    /// The next byte to read.
    private(set) var position: Int

    private let bytes: UnsafeRawBufferPointer
    private var stack: [PickleValue] = []
    /// Heights of the stack at which MARK was met.
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]
    private var storageNumbers: [String: Int] = [:]
    /// Instructions and copied pairs that may still follow. A ResNet-200 needs some 100 000.
    private var budget = 1 << 22
    /// PyTorch's own limit is 64; convolution weights have five.
    private static let mostDimensions = 16

    init(_ bytes: UnsafeRawBufferPointer, at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// Runs one pickle to its end and returns what it makes. Containers of earlier pickles stay in the heap.
    ///
    /// - Throws: `WEIGHTS_FORBIDDEN_CONTENT` naming an instruction or a name; `_MALFORMED`, `_TRUNCATED`, `_TOO_LARGE`.
    mutating func run() throws(ConvNetError) -> PickleValue {
        stack = []
        marks = []
        memo = [:]
        while true {
            try spend(1)
            let code = try byte()
            guard let instruction = Opcode(rawValue: code) else {
                throw ConvNetError(
                    .forbidden, "The checkpoint holds an instruction that a state dict does not need; it was not run.",
                    subject: "pickle instruction 0x\(String(code, radix: 16))")
            }
            if instruction == .stop { return try pop() }
            try execute(instruction)
        }
    }

    private mutating func spend(_ work: Int) throws(ConvNetError) {
        budget -= work
        guard budget >= 0 else {
            throw ConvNetError(
                .tooLarge, "The checkpoint's description is longer than any state dict's.", subject: "pickle")
        }
    }

    private enum Opcode: UInt8 {
        case proto = 0x80
        case stop = 0x2E
        case mark = 0x28
        case emptyDict = 0x7D
        case emptyList = 0x5D
        case emptyTuple = 0x29
        case tuple = 0x74
        case tuple1 = 0x85
        case tuple2 = 0x86
        case tuple3 = 0x87
        case binUnicode = 0x58
        case binInt = 0x4A
        case binInt1 = 0x4B
        case binInt2 = 0x4D
        case long1 = 0x8A
        case binFloat = 0x47
        case newTrue = 0x88
        case newFalse = 0x89
        case none = 0x4E
        case global = 0x63
        case reduce = 0x52
        case build = 0x62
        case binPersID = 0x51
        case binPut = 0x71
        case longBinPut = 0x72
        case binGet = 0x68
        case longBinGet = 0x6A
        case setItem = 0x73
        case setItems = 0x75
        case append = 0x61
        case appends = 0x65
    }

    private mutating func execute(_ opcode: Opcode) throws(ConvNetError) {
        switch opcode {
        case .proto:
            let version = try byte()
            guard version == 2 else {
                throw ConvNetError(
                    .unsupported, "The checkpoint is a pickle of protocol \(version), not 2.", subject: "pickle")
            }
        case .stop: break
        case .mark: marks.append(stack.count)
        case .emptyDict: push(dictionary: [])
        case .emptyList: push(list: [])
        case .emptyTuple: push(tuple: [])
        case .tuple: push(tuple: try popToMark())
        case .tuple1: push(tuple: try pop(1))
        case .tuple2: push(tuple: try pop(2))
        case .tuple3: push(tuple: try pop(3))
        case .binUnicode: stack.append(.text(try text(Int(try unsigned(4)))))
        case .binInt: stack.append(.integer(Int(Int32(bitPattern: UInt32(try unsigned(4))))))
        case .binInt1: stack.append(.integer(Int(try unsigned(1))))
        case .binInt2: stack.append(.integer(Int(try unsigned(2))))
        case .long1: stack.append(.integer(try longInteger()))
        case .binFloat: stack.append(.float(Double(bitPattern: try unsigned(8).byteSwapped)))
        case .newTrue: stack.append(.bool(true))
        case .newFalse: stack.append(.bool(false))
        case .none: stack.append(.none)
        case .global: try pushGlobal()
        case .reduce: try reduce()
        case .build: try build()
        case .binPersID: try pushStorage()
        case .binPut: try put(Int(try unsigned(1)))
        case .longBinPut: try put(Int(try unsigned(4)))
        case .binGet: try get(Int(try unsigned(1)))
        case .longBinGet: try get(Int(try unsigned(4)))
        case .setItem: try setItems(try pop(2))
        case .setItems: try setItems(try popToMark())
        case .append: try append(try pop(1))
        case .appends: try append(try popToMark())
        }
    }

    // MARK: Bytes

    private mutating func byte() throws(ConvNetError) -> UInt8 { UInt8(try unsigned(1)) }

    private mutating func take(_ count: Int) throws(ConvNetError) -> UnsafeRawBufferPointer {
        guard count <= bytes.count - position else {
            throw ConvNetError(
                .truncated, "The checkpoint ends within its description; copy it again.", subject: "pickle")
        }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
    }

    /// A little-endian number of at most eight bytes.
    private mutating func unsigned(_ count: Int) throws(ConvNetError) -> UInt64 {
        try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A signed little-endian number with its own length.
    private mutating func longInteger() throws(ConvNetError) -> Int {
        let count = Int(try byte())
        guard count <= 8 else {
            throw ConvNetError(.tooLarge, "The checkpoint holds a number of more than 64 bits.", subject: "pickle")
        }
        let value = try unsigned(count)
        let unused = 64 - 8 * count
        return count == 0 ? 0 : Int(Int64(bitPattern: value << unused) >> Int64(unused))
    }

    private mutating func text(_ count: Int) throws(ConvNetError) -> String {
        guard let text = String(validating: try take(count), as: UTF8.self) else {
            throw Self.malformed("a text is not UTF-8")
        }
        return text
    }

    /// Text up to the next line feed.
    private mutating func line() throws(ConvNetError) -> String {
        guard let length = bytes[position...].prefix(1024).firstIndex(of: 0x0A).map({ $0 - position }) else {
            throw Self.malformed("a name has no end")
        }
        defer { position += 1 }
        return try text(length)
    }

    // MARK: Stack and memo

    private mutating func pop() throws(ConvNetError) -> PickleValue { try pop(1)[0] }

    private mutating func pop(_ count: Int) throws(ConvNetError) -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else { throw Self.malformed("its stack is empty") }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws(ConvNetError) -> [PickleValue] {
        guard let height = marks.popLast() else { throw Self.malformed("a mark is missing") }
        defer { stack.removeSubrange(height...) }
        return Array(stack[height...])
    }

    /// The value on top, which stays there.
    private func top() throws(ConvNetError) -> PickleValue {
        guard let value = stack.last, stack.count > (marks.last ?? 0) else {
            throw Self.malformed("its stack is empty")
        }
        return value
    }

    private mutating func push(list: [PickleValue]) {
        heap.lists.append(list)
        stack.append(.list(heap.lists.count - 1))
    }

    private mutating func push(tuple: [PickleValue]) {
        heap.tuples.append(tuple)
        stack.append(.tuple(heap.tuples.count - 1))
    }

    private mutating func push(dictionary: [(key: PickleValue, value: PickleValue)]) {
        heap.dictionaries.append(dictionary)
        stack.append(.dictionary(heap.dictionaries.count - 1))
    }

    private mutating func put(_ number: Int) throws(ConvNetError) { memo[number] = try top() }

    private mutating func get(_ number: Int) throws(ConvNetError) {
        guard let value = memo[number] else { throw Self.malformed("it reads memory that it did not write") }
        stack.append(value)
    }

    private mutating func setItems(_ items: [PickleValue]) throws(ConvNetError) {
        guard case .dictionary(let number) = try top(), items.count.isMultiple(of: 2) else {
            throw Self.malformed("it puts items into what is no dictionary")
        }
        for at in stride(from: 0, to: items.count, by: 2) {
            heap.dictionaries[number].append((items[at], items[at + 1]))
        }
    }

    private mutating func append(_ items: [PickleValue]) throws(ConvNetError) {
        guard case .list(let number) = try top() else { throw Self.malformed("it appends to what is no list") }
        heap.lists[number] += items
    }

    // MARK: Names and objects

    private mutating func pushGlobal() throws(ConvNetError) {
        let module = try line()
        let name = try line()
        guard let global = PickleGlobal(module: module, name: name) else {
            throw ConvNetError(
                .forbidden,
                "The checkpoint refers to a name that a state dict does not need; nothing was run. "
                    + "Save the state dict alone.", subject: "\(module).\(name)")
        }
        stack.append(.global(global))
    }

    private mutating func pushStorage() throws(ConvNetError) {
        guard case .tuple(let number) = try pop() else { throw Self.malformed("a storage is not described by a tuple") }
        let parts = heap.tuples[number]
        guard parts.count == 5 || parts.count == 6, parts[0] == .text("storage"),
            case .global(.storage(let type)) = parts[1], case .text(let key) = parts[2], case .text = parts[3],
            case .integer(let count) = parts[4], count >= 0
        else { throw Self.malformed("a storage is not described as PyTorch does") }
        guard parts.count == 5 || parts[5] == .none else {
            throw ConvNetError(
                .unsupported, "The checkpoint holds views of storages, which are not read.", subject: key)
        }
        let block = StoredBlock(key: key, type: type, count: count)
        if let known = storageNumbers[key] {
            guard heap.storages[known] == block else { throw Self.malformed("a storage is described in two ways") }
            stack.append(.storage(known))
        } else {
            heap.storages.append(block)
            storageNumbers[key] = heap.storages.count - 1
            stack.append(.storage(heap.storages.count - 1))
        }
    }

    private mutating func reduce() throws(ConvNetError) {
        let parts = try pop(2)
        guard case .global(let global) = parts[0], case .tuple(let number) = parts[1] else {
            throw Self.malformed("it calls what is no name")
        }
        let arguments = heap.tuples[number]
        switch global {
        case .orderedDictionary: push(dictionary: try pairs(arguments))
        case .rebuildTensor: stack.append(try tensor(arguments))
        case .rebuildParameter:
            guard let first = arguments.first, case .tensor = first else {
                throw Self.malformed("a parameter is no tensor")
            }
            stack.append(first)
        case .storage: throw Self.malformed("it calls a storage type")
        }
    }

    /// Arguments of OrderedDict: none, or one list of pairs.
    private mutating func pairs(_ arguments: [PickleValue]) throws(ConvNetError) -> [(
        key: PickleValue, value: PickleValue
    )] {
        guard let first = arguments.first else { return [] }
        guard arguments.count == 1, case .list(let number) = first else {
            throw Self.malformed("a dictionary is made of no list")
        }
        try spend(heap.lists[number].count)
        var result: [(key: PickleValue, value: PickleValue)] = []
        for item in heap.lists[number] {
            let pair: [PickleValue] =
                switch item {
                case .list(let inner): heap.lists[inner]
                case .tuple(let inner): heap.tuples[inner]
                default: []
                }
            guard pair.count == 2 else { throw Self.malformed("a dictionary is made of other things than pairs") }
            result.append((pair[0], pair[1]))
        }
        return result
    }

    /// Arguments of _rebuild_tensor_v2: storage, offset, size, strides, requires_grad, hooks, perhaps metadata.
    private mutating func tensor(_ arguments: [PickleValue]) throws(ConvNetError) -> PickleValue {
        guard arguments.count == 6 || arguments.count == 7, case .storage(let storage) = arguments[0],
            case .integer(let offset) = arguments[1]
        else { throw Self.malformed("a tensor is not described as PyTorch does") }
        let view = StoredView(
            storage: storage, offset: offset, shape: try integers(arguments[2]), strides: try integers(arguments[3]))
        try view.check(in: heap.storages[storage])
        heap.tensors.append(view)
        return .tensor(heap.tensors.count - 1)
    }

    private func integers(_ value: PickleValue) throws(ConvNetError) -> [Int] {
        guard case .tuple(let number) = value, heap.tuples[number].count <= Self.mostDimensions else {
            throw Self.malformed("a shape is no tuple of at most \(Self.mostDimensions) numbers")
        }
        var result: [Int] = []
        for item in heap.tuples[number] {
            guard case .integer(let integer) = item else {
                throw Self.malformed("a shape holds other things than numbers")
            }
            result.append(integer)
        }
        return result
    }

    /// State of an object: OrderedDict's attributes, such as the versions that PyTorch keeps there, are not needed.
    private mutating func build() throws(ConvNetError) {
        _ = try pop()
        guard case .dictionary = try top() else { throw Self.malformed("it sets the state of what is no dictionary") }
    }

    private static func malformed(_ what: String) -> ConvNetError {
        ConvNetError(.malformed, "The checkpoint's description is damaged: \(what). Copy it again.", subject: "pickle")
    }
}
