internal import Foundation
internal import Imaging

/// A volume on which bodies are laid over one another, bent a little so that no two are alike.
///
/// Places are mm from the middle of the field of view, x to the right, y to the front, z upwards.
struct TaskCanvas {
    let grid: VoxelGrid
    /// Distance between voxels in the task's own mm.
    let step: Float
    private(set) var signal: [Float]
    private(set) var labels: [UInt8]
    /// Which body each voxel belongs to: the number under which it was laid last.
    private(set) var regions: [UInt8]
    /// Where each voxel lies in the body before it was bent.
    private let places: [SIMD3<Float>]
    private let reach: Float
    private let scale: SIMD3<Float>

    /// Between nodes of the bending, as a share of the width.
    private static let nodeShare: Float = 0.14
    /// Bending beyond so many standard deviations is cut.
    private static let most: Float = 2

    /// - Parameters:
    ///   - widthMM: of the field of view along x, whatever the grid's own spacing.
    ///   - bendMM: standard deviation of the bending.
    init(_ grid: VoxelGrid, widthMM: Float, bendMM: Float, air: Float, _ random: inout PhantomRandom) {
        self.grid = grid
        let n = grid.shape
        let step = widthMM / Float(n.x)
        self.step = step
        let middle = SIMD3(Float(n.x - 1), Float(n.y - 1), Float(n.z - 1)) / 2
        let half = middle * step
        // The whole body also differs in size.
        let scale = SIMD3(random.between(0.9, 1.1), random.between(0.9, 1.1), random.between(0.9, 1.1))
        self.scale = scale
        func bent() -> Float { min(max(random.normal(), -Self.most), Self.most) * bendMM }
        let bend = FieldLattice<SIMD4<Float>>(
            from: -half - 1, to: half + 1, spacing: widthMM * Self.nodeShare
        ) { _ in SIMD4(bent(), bent(), bent(), 0) }
        places = [SIMD3<Float>](unsafeUninitializedCapacity: grid.voxelCount) { out, count in
            bend.read { field in
                var at = 0
                for i in 0..<n.x {
                    for j in 0..<n.y {
                        for k in 0..<n.z {
                            let p = (SIMD3(Float(i), Float(j), Float(k)) - middle) * step
                            let d = field.sample(p)
                            (out.baseAddress! + at).initialize(to: p * scale + SIMD3(d.x, d.y, d.z))
                            at += 1
                        }
                    }
                }
                count = at
            }
        }
        reach = Self.most * bendMM + step
        signal = [Float](repeating: air, count: grid.voxelCount)
        labels = [UInt8](repeating: 0, count: grid.voxelCount)
        regions = labels
    }

    /// Lays a body over what is there.
    ///
    /// - Parameters:
    ///   - label: 0 for a body that is none of the labels, which takes away the label of what it covers; nil to leave it.
    ///   - region: its number.
    ///   - within: lays it only where this region is.
    mutating func lay<Shape: TaskShape>(
        _ shape: Shape, _ value: Float, label: UInt8? = 0, region: UInt8, within: UInt8? = nil
    ) {
        let n = grid.shape
        let middle = SIMD3(Float(n.x - 1), Float(n.y - 1), Float(n.z - 1)) / 2
        let low = ((shape.low - reach) / scale / step + middle).rounded(.down)
        let high = ((shape.high + reach) / scale / step + middle).rounded(.up)
        func range(_ a: Float, _ b: Float, _ count: Int) -> Range<Int> {
            let first = Int(min(max(a, 0), Float(count)))
            return first..<max(first, Int(min(max(b + 1, 0), Float(count))))
        }
        let (xs, ys, zs) = (range(low.x, high.x, n.x), range(low.y, high.y, n.y), range(low.z, high.z, n.z))
        let inverse = 1 / step
        places.withUnsafeBufferPointer { places in
            signal.withUnsafeMutableBufferPointer { signal in
                labels.withUnsafeMutableBufferPointer { labels in
                    regions.withUnsafeMutableBufferPointer { regions in
                        for i in xs {
                            for j in ys {
                                let row = (i * n.y + j) * n.z
                                for at in (row + zs.lowerBound)..<(row + zs.upperBound) {
                                    if let within, regions[at] != within { continue }
                                    let share = min(max(0.5 - shape.distance(places[at]) * inverse, 0), 1)
                                    if share <= 0 { continue }
                                    signal[at] += (value - signal[at]) * share
                                    if share >= 0.5 {
                                        regions[at] = region
                                        if let label { labels[at] = label }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// A pipe along several points.
    mutating func layPath(
        _ points: [SIMD3<Float>], _ radius: Float, endRadius: Float? = nil, _ value: Float, label: UInt8? = 0,
        region: UInt8, within: UInt8? = nil
    ) {
        let last = endRadius ?? radius
        let pieces = Float(max(points.count - 1, 1))
        for (n, pair) in zip(points, points.dropFirst()).enumerated() {
            let (a, b) = (Float(n) / pieces, Float(n + 1) / pieces)
            lay(
                Tube(pair.0, pair.1, radius + (last - radius) * a, endRadius: radius + (last - radius) * b), value,
                label: label, region: region, within: within)
        }
    }

    /// A tree of pipes that grows from a point and splits in two, each time thinner.
    mutating func layTree(
        from root: SIMD3<Float>, towards direction: SIMD3<Float>, lengthMM: Float, radius: Float, generations: Int,
        _ value: Float, label: UInt8? = 0, region: UInt8, within: UInt8? = nil, _ random: inout PhantomRandom
    ) {
        guard generations > 0 else { return }
        let turn = SIMD3(random.normal(), random.normal(), random.normal()) * 0.25
        let heading = direction + turn
        let unit = heading / max((heading * heading).sum().squareRoot(), 1e-3)
        let end = root + unit * lengthMM
        lay(Tube(root, end, radius, endRadius: radius * 0.8), value, label: label, region: region, within: within)
        let side = SIMD3(random.normal(), random.normal(), random.normal())
        let across = side - unit * (side * unit).sum()
        let spread = across / max((across * across).sum().squareRoot(), 1e-3) * random.between(0.5, 0.9)
        for sign in [Float(1), -1] {
            layTree(
                from: end, towards: unit + spread * sign, lengthMM: lengthMM * random.between(0.7, 0.9),
                radius: radius * 0.75, generations: generations - 1, value, label: label, region: region,
                within: within, &random)
        }
    }

    var picture: TaskPicture { TaskPicture(grid: grid, signal: signal, labels: labels, regions: regions) }

    /// A place inside a region, where there is one.
    func place(in region: UInt8, _ random: inout PhantomRandom) -> SIMD3<Float>? {
        for _ in 0..<400 {
            let at = Int(random.unit() * Float(regions.count - 1))
            if regions[at] == region { return places[at] }
        }
        return nil
    }
}
