internal import CDCMTK

/// An open DICOM object: the root of its data set and its pixels. Freed when the last reference goes.
final class OpenObject {
    let handle: OpaquePointer
    let transferSyntaxUID: String

    /// Parses the file to its end.
    init(path: String) throws(DICOMError) {
        var status = dcm_status()
        let opened = dcm_open(path, &status)
        // DCMTK guesses where it does not know the syntax the file names: such an object is not used.
        let named = withUnsafeBytes(of: status.transfer_syntax) { TextField.ascii($0) }
        let isUnknown = !named.isEmpty && TransferSyntax(rawValue: named) == nil
        guard let opened, !isUnknown else {
            if let opened { dcm_close(opened) }
            if isUnknown { throw DICOMError(.unsupportedTransferSyntax) }
            throw DICOMError(Int(status.code) == DCM_TRUNCATED ? .truncatedPixels : .unreadable)
        }
        handle = opened
        transferSyntaxUID = String(cString: dcm_transfer_syntax(opened))
    }

    deinit { dcm_close(handle) }

    /// The data set's own elements.
    var root: DataSet { DataSet(object: self, item: dcm_dataset(handle)) }
}

/// One level of a DICOM object: the data set or an item of a sequence.
struct DataSet {
    /// Keeps the object alive: items are borrowed from it.
    let object: OpenObject
    let item: OpaquePointer?

    /// Number of items of a sequence; 0 when absent.
    func itemCount(_ tag: Tag) -> Int { Int(dcm_item_count(item, tag.group, tag.element)) }

    /// An item of a sequence; nil when absent.
    func item(_ tag: Tag, _ index: Int = 0) -> DataSet? {
        guard index >= 0, let found = dcm_sub_item(item, tag.group, tag.element, UInt32(clamping: index)) else {
            return nil
        }
        return DataSet(object: object, item: found)
    }

    /// The undecoded bytes of a character value; nil when absent, empty or over 4 KB.
    func bytes(_ tag: Tag) -> [UInt8]? {
        let capacity = 4096
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            let copied = buffer.withMemoryRebound(to: CChar.self) {
                dcm_text(item, tag.group, tag.element, $0.baseAddress, capacity)
            }
            count = max(0, Int(copied))
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// The bytes of an OB or UN value; nil when absent, of another representation, empty or longer than `limit`.
    func rawBytes(_ tag: Tag, limit: Int) -> [UInt8]? {
        let length = Int(dcm_bytes(item, tag.group, tag.element, nil, 0))
        guard (1...limit).contains(length) else { return nil }
        return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            count = min(length, max(0, Int(dcm_bytes(item, tag.group, tag.element, buffer.baseAddress, length))))
        }
    }

    /// Where a private creator keeps its element (PS3.5 7.8.1); nil where that creator reserved no block.
    func privateTag(_ group: UInt16, _ creator: String, _ element: UInt8) -> Tag? {
        let block = dcm_private_block(item, group, creator)
        return block == 0 ? nil : Tag(group, block << 8 | UInt16(element))
    }

    /// Coded text (CS, UI, DA …): printable ASCII, trimmed, at most 64 characters for each value.
    func codes(_ tag: Tag) -> [String] {
        guard let bytes = bytes(tag) else { return [] }
        return bytes.split(separator: UInt8(ascii: "\\"), omittingEmptySubsequences: false).map { TextField.ascii($0) }
    }

    /// The first value of a coded text; nil when absent or empty.
    func code(_ tag: Tag) -> String? {
        guard let first = codes(tag).first, !first.isEmpty else { return nil }
        return first
    }

    /// Up to `limit` finite numbers; empty when absent or malformed.
    func numbers(_ tag: Tag, limit: Int = 16) -> [Double] {
        [Double](unsafeUninitializedCapacity: limit) { buffer, count in
            count = Int(dcm_numbers(item, tag.group, tag.element, buffer.baseAddress, Int32(limit)))
        }
    }

    func number(_ tag: Tag) -> Double? { numbers(tag, limit: 1).first }

    /// A whole number that fits 32 bits; nil when absent, fractional or out of range.
    func integer(_ tag: Tag) -> Int? { number(tag).flatMap { Int32(exactly: $0) }.map(Int.init) }

    /// Three numbers; nil when there are fewer.
    func vector(_ tag: Tag) -> SIMD3<Double>? {
        let values = numbers(tag, limit: 3)
        return values.count == 3 ? SIMD3(values[0], values[1], values[2]) : nil
    }
}

/// A data element's tag.
struct Tag: Hashable {
    let group: UInt16
    let element: UInt16

    init(_ group: UInt16, _ element: UInt16) {
        self.group = group
        self.element = element
    }
}
