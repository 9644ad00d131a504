/// How evenly bright a brain is from one end to the other: what a coil on one side, or half a coil, does to it.
struct ShadingFeatures: Sendable, Hashable {
    /// Middle intensity of one end third over that of the other, the brighter first: the largest of the three axes.
    var ratio = 1.0

    init(_ survey: HeadSurvey, _ core: HeadCore) {
        let (cells, image) = (core.cells, survey.head.image)
        let n = cells.shape
        let profiles = cells.profiles
        for axis in 0..<3 {
            guard let first = profiles[axis].firstIndex(where: { $0 > 0 }),
                let last = profiles[axis].lastIndex(where: { $0 > 0 })
            else { continue }
            let third = (last - first + 1) / 3
            var (low, high): ([Float], [Float]) = ([], [])
            for i in 0..<n.x {
                for j in 0..<n.y {
                    for k in 0..<n.z where cells[i, j, k] {
                        let at = [i, j, k][axis]
                        if at < first + third { low.append(image[i, j, k]) }
                        if at > last - third { high.append(image[i, j, k]) }
                    }
                }
            }
            guard low.count >= 100, high.count >= 100 else { continue }
            let (a, b) = (Double(Histogram.quantile(0.5, of: low)), Double(Histogram.quantile(0.5, of: high)))
            ratio = max(ratio, max(a, b) / max(min(a, b), max(a, b) / Self.largest))
        }
    }

    static let largest = 1000.0
}
