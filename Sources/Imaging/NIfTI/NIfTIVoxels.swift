/// Voxels between the file's order (first index fastest) and the volume's (last index fastest).
enum NIfTIVoxels {
    /// Stored numbers in the machine's byte order to scaled float32, transposed.
    static func decode(_ bytes: [UInt8], _ facts: NIfTIHeaderFacts) -> [Float] {
        precondition(bytes.count == facts.voxelBytes, "as many bytes as the header says")
        return bytes.withUnsafeBytes { raw in
            switch facts.datatype {
            case .uint8: decode(raw.assumingMemoryBound(to: UInt8.self), facts)
            case .int8: decode(raw.assumingMemoryBound(to: Int8.self), facts)
            case .int16: decode(raw.assumingMemoryBound(to: Int16.self), facts)
            case .uint16: decode(raw.assumingMemoryBound(to: UInt16.self), facts)
            case .int32: decode(raw.assumingMemoryBound(to: Int32.self), facts)
            case .uint32: decode(raw.assumingMemoryBound(to: UInt32.self), facts)
            case .float32: decode(raw.assumingMemoryBound(to: Float.self), facts)
            case .float64: decode(raw.assumingMemoryBound(to: Double.self), facts)
            }
        }
    }

    private static func decode<T: BinaryInteger>(_ stored: UnsafeBufferPointer<T>, _ facts: NIfTIHeaderFacts) -> [Float]
    {
        let (slope, inter) = (facts.slope, facts.inter)
        if slope == 1, inter == 0 { return transposed(stored, facts.grid.shape) { Float($0) } }
        return transposed(stored, facts.grid.shape) { Float(Double($0) * slope + inter) }
    }

    private static func decode<T: BinaryFloatingPoint>(
        _ stored: UnsafeBufferPointer<T>, _ facts: NIfTIHeaderFacts
    ) -> [Float] {
        let (slope, inter) = (facts.slope, facts.inter)
        if slope == 1, inter == 0 { return transposed(stored, facts.grid.shape) { Float($0) } }
        return transposed(stored, facts.grid.shape) { Float(Double($0) * slope + inter) }
    }

    @inline(__always)
    private static func transposed<T>(
        _ stored: UnsafeBufferPointer<T>, _ n: SIMD3<Int>, _ value: (T) -> Float
    ) -> [Float] {
        [Float](unsafeUninitializedCapacity: n.x * n.y * n.z) { out, count in
            for j in 0..<n.y { transpose(stored, n, plane: j, into: out.baseAddress!, value) }
            count = n.x * n.y * n.z
        }
    }

    /// One plane across the middle axis: what has the first index fastest comes to have the last index fastest.
    @inline(__always)
    private static func transpose<T, Out>(
        _ stored: UnsafeBufferPointer<T>, _ n: SIMD3<Int>, plane j: Int, into out: UnsafeMutablePointer<Out>,
        _ value: (T) -> Out
    ) {
        // Sixteen by sixteen, so that both sides stay in the cache.
        for i0 in stride(from: 0, to: n.x, by: 16) {
            for k0 in stride(from: 0, to: n.z, by: 16) {
                for i in i0..<min(i0 + 16, n.x) {
                    let row = (i * n.y + j) * n.z
                    for k in k0..<min(k0 + 16, n.z) { out[row + k] = value(stored[(k * n.y + j) * n.x + i]) }
                }
            }
        }
    }

    /// True where every voxel is a number of the type; of types other than float32, uint8 and int16 none is stored.
    static func canStore(_ voxels: [Float], as type: NIfTIDatatype) -> Bool {
        switch type {
        case .float32: true
        case .uint8: areWhole(voxels, 0, 255)
        case .int16: areWhole(voxels, -32_768, 32_767)
        default: false
        }
    }

    private static func areWhole(_ voxels: [Float], _ lowest: Float, _ highest: Float) -> Bool {
        voxels.withUnsafeBufferPointer { voxels in
            voxels.allSatisfy { $0 >= lowest && $0 <= highest && $0 == $0.rounded() }
        }
    }

    /// Writes the volume's voxels to `out`, first index fastest; `canStore` was asked.
    static func fileOrder(_ volume: Volume, into out: UnsafeMutableRawPointer, as type: NIfTIDatatype, threads: Int) {
        let n: SIMD3<Int> = [volume.shape.z, volume.shape.y, volume.shape.x]
        let count = volume.voxels.count
        volume.voxels.withUnsafeBufferPointer { stored in
            switch type {
            case .uint8:
                let out = out.bindMemory(to: UInt8.self, capacity: count)
                _ = Parallel.map(n.y, threads: threads) { transpose(stored, n, plane: $0, into: out) { UInt8($0) } }
            case .int16:
                let out = out.bindMemory(to: Int16.self, capacity: count)
                _ = Parallel.map(n.y, threads: threads) { transpose(stored, n, plane: $0, into: out) { Int16($0) } }
            default:
                let out = out.bindMemory(to: Float.self, capacity: count)
                _ = Parallel.map(n.y, threads: threads) { transpose(stored, n, plane: $0, into: out) { $0 } }
            }
        }
    }
}
