internal import CDCMTK
internal import COpenJPEG

/// Decodes the frames of one object, one at a time.
struct PixelReader {
    let object: OpenObject
    let format: PixelFormat
    let syntax: TransferSyntax

    /// Checks that the pixel data is as long as rows, columns and frames require before any of it is touched.
    init(object: OpenObject, format: PixelFormat) throws(DICOMError) {
        guard let syntax = TransferSyntax(rawValue: object.transferSyntaxUID) else {
            throw DICOMError(.unsupportedTransferSyntax, subject: object.transferSyntaxUID)
        }
        self.object = object
        self.format = format
        self.syntax = syntax
        let info = dcm_pixels(object.handle)
        guard info.present != 0 else { throw DICOMError(.noPixels) }
        let bytes = UInt64(format.bytesPerFrame * format.frames)
        if info.encapsulated == 0 {
            // A value of odd length is padded by one byte.
            guard info.native_bytes == bytes + bytes % 2 else {
                let found = "The pixel data has \(info.native_bytes) bytes where its header requires \(bytes)."
                throw DICOMError(info.native_bytes < bytes ? .truncatedPixels : .unsupportedPixels, found)
            }
        } else if info.fragments < UInt64(format.frames) || info.fragment_bytes == 0 {
            throw DICOMError(.truncatedPixels, "The pixel data has fewer fragments than frames.")
        }
    }

    /// The stored values of one frame, row by row: masked to Bits Stored and sign-extended where signed.
    func frame(_ index: Int) throws(DICOMError) -> [Int32] {
        precondition((0..<format.frames).contains(index), "a frame of the object")
        return syntax.isJPEG2000 ? try jpeg2000Frame(index) : try nativeFrame(index)
    }

    private func nativeFrame(_ index: Int) throws(DICOMError) -> [Int32] {
        let size = format.bytesPerFrame
        var status = dcm_status()
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            dcm_frame(object.handle, UInt32(index), buffer.baseAddress, size, &status)
            count = Int(status.code) == DCM_OK ? size : 0
        }
        try Self.check(status)
        let count = format.pixelsPerFrame
        if format.bitsAllocated == 8 { return bytes.map { stored(UInt16($0)) } }
        return [Int32](unsafeUninitializedCapacity: count) { values, written in
            bytes.withUnsafeBytes { raw in
                for i in 0..<count { values[i] = stored(raw.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)) }
            }
            written = count
        }
    }

    private func jpeg2000Frame(_ index: Int) throws(DICOMError) -> [Int32] {
        let encoded = try encodedFrame(index)
        let count = format.pixelsPerFrame
        var code = Int32(J2K_OK)
        let decoded = [Int32](unsafeUninitializedCapacity: count) { values, written in
            code = j2k_decode(
                encoded, encoded.count, UInt32(format.columns), UInt32(format.rows), values.baseAddress)
            written = code == J2K_OK ? count : 0
        }
        guard code == J2K_OK else { throw DICOMError(.pixelsUnreadable) }
        return decoded.map { value in stored(UInt16(truncatingIfNeeded: value), shift: 0) }
    }

    private func encodedFrame(_ index: Int) throws(DICOMError) -> [UInt8] {
        var status = dcm_status()
        var length = 0
        let frames = UInt32(format.frames)
        dcm_encoded_frame(object.handle, UInt32(index), frames, nil, 0, &length, &status)
        try Self.check(status)
        let capacity = length
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            dcm_encoded_frame(object.handle, UInt32(index), frames, buffer.baseAddress, capacity, &length, &status)
            count = Int(status.code) == DCM_OK ? capacity : 0
        }
        try Self.check(status)
        return bytes
    }

    /// Takes Bits Stored bits, the highest at High Bit, and extends the sign.
    private func stored(_ word: UInt16) -> Int32 { stored(word, shift: format.highBit + 1 - format.bitsStored) }

    private func stored(_ word: UInt16, shift: Int) -> Int32 {
        let range = Int32(1) << Int32(format.bitsStored)
        let value = Int32(word >> UInt16(shift)) & (range - 1)
        return format.isSigned && value >= range / 2 ? value - range : value
    }

    private static func check(_ status: dcm_status) throws(DICOMError) {
        switch Int(status.code) {
        case DCM_OK: return
        case DCM_NO_PIXELS: throw DICOMError(.noPixels)
        case DCM_UNSUPPORTED: throw DICOMError(.unsupportedTransferSyntax)
        default: throw DICOMError(.pixelsUnreadable)
        }
    }
}
