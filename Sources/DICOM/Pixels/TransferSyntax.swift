/// The encodings that can be read (DICOM PS3.6 table A-1).
package enum TransferSyntax: String, Sendable, Codable, CaseIterable {
    case implicitLittleEndian = "1.2.840.10008.1.2"
    case explicitLittleEndian = "1.2.840.10008.1.2.1"
    case deflated = "1.2.840.10008.1.2.1.99"
    case explicitBigEndian = "1.2.840.10008.1.2.2"
    case rle = "1.2.840.10008.1.2.5"
    case jpegBaseline = "1.2.840.10008.1.2.4.50"
    case jpegExtended = "1.2.840.10008.1.2.4.51"
    case jpegLossless = "1.2.840.10008.1.2.4.57"
    case jpegLosslessFirstOrder = "1.2.840.10008.1.2.4.70"
    case jpegLSLossless = "1.2.840.10008.1.2.4.80"
    case jpegLSNearLossless = "1.2.840.10008.1.2.4.81"
    case jpeg2000Lossless = "1.2.840.10008.1.2.4.90"
    case jpeg2000 = "1.2.840.10008.1.2.4.91"

    /// Decoded here by OpenJPEG, because DCMTK has no codec for it.
    var isJPEG2000: Bool { self == .jpeg2000Lossless || self == .jpeg2000 }
}
