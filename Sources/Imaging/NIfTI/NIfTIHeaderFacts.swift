/// What the header of a NIfTI file says, after every check has passed.
package struct NIfTIHeaderFacts: Codable, Sendable, Hashable {
    /// 1 or 2.
    package var version: Int
    /// Number of voxels along the three axes, in the file's order (first index fastest).
    package var dims: [Int]
    package var datatype: NIfTIDatatype
    /// `value = stored * slope + inter`; 1 and 0 where the file holds a slope of 0, which means no scaling.
    package var slope: Double
    package var inter: Double
    package var qformCode: Int
    package var sformCode: Int
    package var byteSwapped: Bool
    package var gzipped: Bool
    /// First byte of the voxels in the (decompressed) file.
    package var voxelOffset: Int
    /// The image's grid; the affine is the sform's where its code is positive, else the qform's.
    package var grid: VoxelGrid

    /// Bytes of voxels, not compressed.
    package var voxelBytes: Int { grid.voxelCount * datatype.byteCount }
}

/// The kinds of number that a voxel may be stored as, by NIfTI's code.
package enum NIfTIDatatype: Int, Codable, Sendable, CaseIterable {
    case uint8 = 2
    case int16 = 4
    case int32 = 8
    case float32 = 16
    case float64 = 64
    case int8 = 256
    case uint16 = 512
    case uint32 = 768

    package var byteCount: Int {
        switch self {
        case .uint8, .int8: 1
        case .int16, .uint16: 2
        case .int32, .uint32, .float32: 4
        case .float64: 8
        }
    }
}
