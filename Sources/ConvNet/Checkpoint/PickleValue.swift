/// What a checkpoint's pickle may hold. Containers and tensors are numbers of entries in a `PickleHeap`.
enum PickleValue: Hashable {
    case none
    case bool(Bool)
    case integer(Int)
    case float(Double)
    case text(String)
    case global(PickleGlobal)
    case list(Int)
    case tuple(Int)
    case dictionary(Int)
    case storage(Int)
    case tensor(Int)
}

/// The only names that a checkpoint may refer to. None of them is ever called: each stands for a rule of the reader.
enum PickleGlobal: Hashable {
    case orderedDictionary
    case rebuildTensor
    case rebuildParameter
    case storage(ElementType)

    init?(module: String, name: String) {
        switch (module, name) {
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch", _):
            guard let type = Self.storageTypes[name] else { return nil }
            self = .storage(type)
        default: return nil
        }
    }

    private static let storageTypes: [String: ElementType] = [
        "FloatStorage": .float32, "DoubleStorage": .float64, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
        "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8,
        "ByteStorage": .uint8, "BoolStorage": .bool,
    ]
}

/// A block of numbers that tensors are views of; the numbers themselves lie elsewhere in the file.
struct StoredBlock: Hashable {
    let key: String
    let type: ElementType
    /// Numbers, not bytes.
    let count: Int
}

/// A view of a stored block: element (i, j, …) is number offset + i · strides[0] + j · strides[1] + ….
struct StoredView {
    /// Entry of `PickleHeap.storages`.
    let storage: Int
    let offset: Int
    let shape: [Int]
    let strides: [Int]
}

/// All containers of one pickle, side by side. Values refer to them by number, so no nesting, however deep, can exhaust
/// the stack, and no cycle can leak.
struct PickleHeap {
    var lists: [[PickleValue]] = []
    var tuples: [[PickleValue]] = []
    var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
    var storages: [StoredBlock] = []
    var tensors: [StoredView] = []

    /// The value under a text key, the last where there are several, as in Python.
    func value(of key: String, in dictionary: Int) -> PickleValue? {
        dictionaries[dictionary].last { $0.key == .text(key) }?.value
    }
}
