internal import ConvNet
package import Imaging

extension Heatmap {
    /// Peaks that a summary holds at most.
    package static let peakLimit = 5

    /// Where the mean map points, and how far its members disagree.
    ///
    /// - Parameters:
    ///   - mean: the mean of the members' raw maps.
    ///   - members: the raw maps themselves.
    ///   - scan: the grid in whose voxels peaks are named.
    package static func summary(mean: RawMap, members: [RawMap], scan: VoxelGrid) -> HeatmapSummary {
        HeatmapSummary(
            layer: mean.stage.rawValue, cellSizeMM: mean.volume.grid.spacingMM, cells: mean.volume.shape,
            maximum: Double(mean.volume.voxels.max() ?? 0), peaks: peaks(of: mean, scan: scan),
            memberPeakSpreadMM: spread(of: members.compactMap { peaks(of: $0, scan: scan, limit: 1).first }))
    }

    /// The largest positive cells, strongest first, with at least one cell between any two.
    ///
    /// Between cell centres a trilinear map has no maximum, so a peak lies exactly on its cell's centre, not on the
    /// nearest voxel. A cell whose centre lies beside the scan stands at the nearest voxel of the scan, with the map's
    /// value there. None where the map is flat or nowhere positive.
    package static func peaks(of raw: RawMap, scan: VoxelGrid, limit: Int = peakLimit) -> [Peak] {
        let positive = raw.rectified.volume
        guard !isFlat(positive.voxels), let low = positive.voxels.min(), let high = positive.voxels.max(),
            let toScan = scan.affineRAS.inverse, let toCells = positive.grid.affineRAS.inverse
        else { return [] }
        let shape = positive.shape
        var found: [(cell: SIMD3<Int>, peak: Peak)] = []
        for i in 0..<shape.x {
            for j in 0..<shape.y {
                for k in 0..<shape.z where positive[i, j, k] > 0 {
                    let centre = positive.grid.affineRAS([Double(i), Double(j), Double(k)])
                    let place = nearest(toScan(centre), scan)
                    let position = place.inside ? centre : scan.affineRAS(SIMD3<Double>(place.voxel))
                    let value =
                        place.inside ? positive[i, j, k] : positive.sample(atVoxel: toCells(position), outside: 0)
                    guard value > 0 else { continue }
                    let peak = Peak(
                        positionRASMM: position, voxel: place.voxel, value: Double(value),
                        normalised: Double(max(value - low, 0) / (high - low)))
                    found.append(([i, j, k], peak))
                }
            }
        }
        return separated(found, limit: limit)
    }

    /// Strongest first, ties in the order of the cells; a neighbour of a stronger peak is no peak of its own.
    private static func separated(_ found: [(cell: SIMD3<Int>, peak: Peak)], limit: Int) -> [Peak] {
        let order = found.indices.sorted {
            (found[$1].peak.value, $0) < (found[$0].peak.value, $1)
        }
        var kept: [(cell: SIMD3<Int>, peak: Peak)] = []
        for index in order where kept.count < limit {
            let candidate = found[index]
            let isNeighbour = kept.contains { other in
                let d = candidate.cell &- other.cell
                return max(abs(d.x), abs(d.y), abs(d.z)) <= 1
            }
            if !isNeighbour { kept.append(candidate) }
        }
        return kept.map(\.peak)
    }

    /// The nearest voxel of a grid to a position in voxels, and whether the position lies in one of its voxels.
    private static func nearest(_ p: SIMD3<Double>, _ grid: VoxelGrid) -> (voxel: SIMD3<Int>, inside: Bool) {
        let rounded = p.rounded(.toNearestOrAwayFromZero)
        let last = SIMD3<Double>(grid.shape &- 1)
        let clamped = rounded.clamped(lowerBound: .zero, upperBound: last)
        return (SIMD3<Int>(clamped), clamped == rounded)
    }

    /// Largest distance in mm between two of the peaks; nil for fewer than two.
    package static func spread(of peaks: [Peak]) -> Double? {
        guard peaks.count >= 2 else { return nil }
        let positions = peaks.map(\.positionRASMM)
        return positions.flatMap { a in positions.map { b in ((a - b) * (a - b)).sum().squareRoot() } }.max()
    }
}
