import CDCMTK
import Foundation

/// One DICOM object being filled; saved once.
///
/// Owns DCMTK's data set. Not safe for use by two threads at a time.
final class ObjectWriter {
    private let dataset: OpaquePointer

    init() throws(SynthesisError) {
        guard let dataset = fcd_dcmw_new() else {
            throw SynthesisError(.unwritable, "Memory is short for one DICOM object; free some.")
        }
        self.dataset = dataset
    }

    deinit { fcd_dcmw_free(dataset) }

    /// Sets an element with a text representation.
    func set(_ group: UInt16, _ element: UInt16, _ vr: String, _ value: String) throws(SynthesisError) {
        try check(fcd_dcmw_put_text(dataset, group, element, vr, value), tag(group, element))
    }

    /// Sets a decimal string; 10 significant digits fit its 16 characters.
    func set(_ group: UInt16, _ element: UInt16, decimals values: [Double]) throws(SynthesisError) {
        let text = values.map { String(format: "%.10g", $0 == 0 ? 0 : $0) }.joined(separator: "\\")
        try set(group, element, "DS", text)
    }

    func set(_ group: UInt16, _ element: UInt16, _ value: UInt16) throws(SynthesisError) {
        try check(fcd_dcmw_put_uint16(dataset, group, element, [value], 1), tag(group, element))
    }

    func setPixels(_ pixels: [UInt16]) throws(SynthesisError) {
        try check(fcd_dcmw_put_pixels(dataset, pixels, pixels.count), "PixelData")
    }

    func save(to path: String, encoding: SeriesWriter.Encoding) throws(SynthesisError) {
        let kind =
            switch encoding {
            case .explicitLittleEndian: FCD_DCMW_EXPLICIT_LITTLE_ENDIAN
            case .rle: FCD_DCMW_RLE
            case .jpegLossless: FCD_DCMW_JPEG_LOSSLESS
            }
        try check(fcd_dcmw_save(dataset, path, kind), "file")
    }

    private func tag(_ group: UInt16, _ element: UInt16) -> String { String(format: "(%04x,%04x)", group, element) }

    private func check(_ status: fcd_dcmw_status, _ subject: String) throws(SynthesisError) {
        guard status.ok == 0 else { return }
        let reason = withUnsafeBytes(of: status.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        throw SynthesisError(
            .unwritable, "DCMTK could not write \(subject): \(reason). Check the folder and the space in it.",
            subject: subject)
    }
}
