/// State dicts saved by PyTorch, in the format before 1.6 (the "legacy" one, which MedicalNet uses) and in the ZIP format since.
///
/// The pickle inside is read by a machine of our own that runs nothing; whatever it does not know is refused by name.
package enum PyTorchCheckpoint {
    /// Reads the tensors of a state dict, converted to float32 (F64 and integers rounded to the nearest).
    ///
    /// A dictionary with the key "state_dict" stands for that entry; "module." at the begin of names, which data-parallel
    /// training leaves there, is removed. Views become contiguous. Other entries of a training checkpoint are ignored.
    ///
    /// - Throws: `WEIGHTS_FORBIDDEN_CONTENT` where the file refers to code; `WEIGHTS_UNREADABLE`, `_NOT_RECOGNISED`,
    ///   `_TRUNCATED`, `_MALFORMED`, `_UNSUPPORTED`, `_TOO_LARGE`.
    package static func read(_ path: String) throws(ConvNetError) -> [String: Tensor] {
        try MappedFile.withBytes(of: path) { bytes throws(ConvNetError) in
            try read(bytes) { view, numbers, type in view.gather(numbers, type) }
        }
    }

    /// As `read`, but float32 tensors without gaps that begin at a multiple of four bytes stay where they are, in the mapped
    /// file, which is open as long as any of them lives: those of the ZIP format as a rule, of the legacy one by chance.
    package static func map(_ path: String) throws(ConvNetError) -> [String: WeightView] {
        let file = try MappedFile(path)
        return try read(file.bytes) { view, numbers, type in view.place(in: numbers, type, of: file) }
    }

    /// True where a file begins as one of the two formats does.
    static func looksLike(_ bytes: UnsafeRawBufferPointer) -> Bool {
        ZipArchive.looksLike(bytes) || bytes.starts(with: legacyMagic)
    }

    /// What is made of a view of a storage whose numbers are given.
    private typealias Made<Value> = (StoredView, UnsafeRawBufferPointer, ElementType) -> Value

    private static func read<Value>(
        _ bytes: UnsafeRawBufferPointer, _ make: Made<Value>
    ) throws(ConvNetError) -> [String: Value] {
        if ZipArchive.looksLike(bytes) { return try readZip(bytes, make) }
        if bytes.starts(with: legacyMagic) { return try readLegacy(bytes, make) }
        throw ConvNetError(
            .notRecognised,
            "This is no PyTorch checkpoint: it begins neither as a ZIP archive nor with PyTorch's magic number.",
            subject: "first bytes")
    }

    /// The pickle of the number 0x1950A86A20F9469CFC6C, with which every legacy file begins.
    private static let legacyMagic: [UInt8] = [
        0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    ]
    private static let legacyVersion = 1001

    // MARK: ZIP

    private static func readZip<Value>(
        _ bytes: UnsafeRawBufferPointer, _ make: Made<Value>
    ) throws(ConvNetError) -> [String: Value] {
        let members = try ZipArchive(bytes).members
        let descriptions = members.keys.filter { $0.hasSuffix("/data.pkl") }
        guard let description = descriptions.first, descriptions.count == 1, let pickle = members[description] else {
            throw ConvNetError(
                .notRecognised,
                "The archive holds \(descriptions.count) descriptions data.pkl, where a checkpoint has one.",
                subject: "data.pkl")
        }
        let folder = String(description.dropLast("data.pkl".count))
        if let order = members[folder + "byteorder"], !order.elementsEqual("little".utf8) {
            throw ConvNetError(
                .unsupported, "The checkpoint is not little-endian; save it again.", subject: "byteorder")
        }
        var machine = PickleMachine(pickle, at: 0)
        let root = try machine.run()
        var blocks: [String: UnsafeRawBufferPointer] = [:]
        for storage in machine.heap.storages {
            guard let block = members[folder + "data/" + storage.key] else { throw missing(storage) }
            try check(storage, byteCount: block.count)
            blocks[storage.key] = block
        }
        return try tensors(root, machine.heap, blocks, make)
    }

    // MARK: Legacy

    private static func readLegacy<Value>(
        _ bytes: UnsafeRawBufferPointer, _ make: Made<Value>
    ) throws(ConvNetError) -> [String: Value] {
        var machine = PickleMachine(bytes, at: legacyMagic.count)
        guard try machine.run() == .integer(legacyVersion) else {
            throw ConvNetError(
                .unsupported, "The checkpoint has another version than \(legacyVersion).", subject: "version")
        }
        guard case .dictionary(let system) = try machine.run(),
            machine.heap.value(of: "little_endian", in: system) == .bool(true)
        else {
            throw ConvNetError(
                .unsupported, "The checkpoint is not little-endian; save it again.", subject: "byteorder")
        }
        let root = try machine.run()
        guard case .list(let keys) = try machine.run() else {
            throw ConvNetError(
                .malformed, "The checkpoint lacks its list of storages; copy it again.", subject: "storages")
        }
        let blocks = try legacyBlocks(
            bytes, at: machine.position, keys: machine.heap.lists[keys], machine.heap.storages)
        return try tensors(root, machine.heap, blocks, make)
    }

    /// The storages behind the pickles: for each key its number of elements (int64), then the elements.
    private static func legacyBlocks(
        _ bytes: UnsafeRawBufferPointer, at start: Int, keys: [PickleValue], _ storages: [StoredBlock]
    ) throws(ConvNetError) -> [String: UnsafeRawBufferPointer] {
        let described = Dictionary(uniqueKeysWithValues: storages.map { ($0.key, $0) })
        var blocks: [String: UnsafeRawBufferPointer] = [:]
        var at = start
        for value in keys {
            guard case .text(let key) = value, let storage = described[key], blocks[key] == nil else {
                throw ConvNetError(
                    .malformed, "The checkpoint lists a storage that no tensor uses, or one twice.", subject: "storages"
                )
            }
            guard bytes.count - at >= 8 else { throw truncated(storage) }
            let count = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: Int64.self))
            guard count == storage.count else {
                throw ConvNetError(
                    .malformed, "A storage has \(count) elements where its description says \(storage.count).",
                    subject: "storage \(key)")
            }
            at += 8
            guard storage.count <= (bytes.count - at) / storage.type.size else { throw truncated(storage) }
            let end = at + storage.count * storage.type.size
            blocks[key] = UnsafeRawBufferPointer(rebasing: bytes[at..<end])
            at = end
        }
        if let absent = storages.first(where: { blocks[$0.key] == nil }) { throw missing(absent) }
        return blocks
    }

    // MARK: Tensors

    private static func tensors<Value>(
        _ root: PickleValue, _ heap: PickleHeap, _ blocks: [String: UnsafeRawBufferPointer], _ make: Made<Value>
    ) throws(ConvNetError) -> [String: Value] {
        guard case .dictionary(var number) = root else {
            throw ConvNetError(
                .notRecognised, "The checkpoint holds no dictionary; save the state dict.", subject: "root")
        }
        if case .dictionary(let inner) = heap.value(of: "state_dict", in: number) { number = inner }
        var result: [String: Value] = [:]
        var total = 0
        for (key, value) in heap.dictionaries[number] {
            guard case .text(let fullName) = key, case .tensor(let tensor) = value else {
                throw ConvNetError(
                    .notRecognised,
                    "The checkpoint is no state dict: an entry is no named tensor. Save the state dict alone.",
                    subject: { if case .text(let name) = key { name } else { "key" } }())
            }
            let name = fullName.hasPrefix("module.") ? String(fullName.dropFirst("module.".count)) : fullName
            let view = heap.tensors[tensor]
            total += view.count ?? 0
            guard total <= StoredView.countLimit else {
                throw ConvNetError(
                    .tooLarge, "The checkpoint has more than \(StoredView.countLimit) numbers in all.", subject: name)
            }
            let storage = heap.storages[view.storage]
            guard let bytes = blocks[storage.key] else { throw missing(storage) }
            guard result.updateValue(make(view, bytes, storage.type), forKey: name) == nil else {
                throw ConvNetError(.malformed, "A name stands twice in the checkpoint.", subject: name)
            }
        }
        return result
    }

    private static func check(_ storage: StoredBlock, byteCount: Int) throws(ConvNetError) {
        let (needed, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.size)
        guard !overflow, needed == byteCount else {
            throw ConvNetError(
                .malformed, "A storage has \(byteCount) bytes, not the \(storage.count) elements of its description.",
                subject: "storage \(storage.key)")
        }
    }

    private static func missing(_ storage: StoredBlock) -> ConvNetError {
        ConvNetError(
            .malformed, "The checkpoint lacks a storage that a tensor uses.", subject: "storage \(storage.key)")
    }

    private static func truncated(_ storage: StoredBlock) -> ConvNetError {
        ConvNetError(
            .truncated, "The checkpoint ends within its numbers; copy it again.", subject: "storage \(storage.key)")
    }
}
