/// Voxels of a volume along axes 0, 1 and 2, written as in "160x192x160".
package struct VolumeShape: Sendable, Hashable, CustomStringConvertible, LosslessStringConvertible {
    package let voxels: SIMD3<Int>

    /// Longest axis that is read, far beyond any scan.
    private static let longest = 4096

    package init(_ voxels: SIMD3<Int>) { self.voxels = voxels }

    /// Nil where the text is not three numbers of 1 to 4096 with x between them.
    package init?(_ description: String) {
        let parts = description.split(separator: "x", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.allSatisfy(\.isNumber) ? Int(part).flatMap { (1...Self.longest).contains($0) ? $0 : nil } : nil
        }
        guard parts.count == 3, numbers.count == 3 else { return nil }
        voxels = SIMD3(numbers[0], numbers[1], numbers[2])
    }

    package var description: String { "\(voxels.x)x\(voxels.y)x\(voxels.z)" }
}
