/// Plain measurements of whatever lies in a scan, from which `HeadCheck` judges whether it is a head.
struct HeadFeatures: Sendable, Hashable, Codable {
    /// Largest voxel side of the scan, mm.
    var largestVoxelMM = 0.0
    /// Litres of the mask, holes filled.
    var volumeLitres = 0.0
    /// Size of the upper 90 mm along x and y, and of the whole along z, mm.
    var widthMM = 0.0
    var lengthMM = 0.0
    var heightMM = 0.0
    /// Share of the upper part that has its mirror image inside too, about the best sagittal plane (Dice).
    var mirrorDice = 0.0
    /// Correlation of intensities, smoothed over about 1 cm, with their mirror image, inside.
    var mirrorCorrelation = 0.0
    /// Typical difference of an interior voxel from its neighbourhood of about 1 cm, relative to the median intensity.
    var texture = 0.0
    /// Correlation of that difference between neighbours: 0 for noise, near 1 for structures larger than a voxel.
    var structure = 0.0
    /// Area of the section 12 mm below the top relative to the one 60 mm below.
    var domeRatio = 0.0
    /// Overlap of the mask with itself turned upside down within its own height (Dice).
    var upsideDownDice = 0.0
    /// Shortest side of the image, mm.
    var imageSideMM = 0.0
    /// Share of the bounding rectangle that the section 60 mm below the top fills (ellipse 0.79, box 1).
    var sectionFill = 0.0
    /// Lowest mean intensity at 4…16 mm below the surface of the upper 70 mm, relative to that at 20…36 mm.
    var shellDip = 0.0
    /// Highest mean intensity less deep than that lowest one, relative to the same.
    var shellPeak = 0.0
    /// Share of voxels that have exactly the background's value.
    var constantBackgroundShare = 0.0
    /// Area in cm² where the upper part of the mask meets the sides, front, back or top of the image.
    var contactCM2 = 0.0
    /// Area in cm² where the mask meets the bottom of the image.
    var bottomContactCM2 = 0.0
}

extension HeadFeatures {
    /// - Parameter largestVoxelMM: of the scan as it came.
    init(_ survey: HeadSurvey, largestVoxelMM: Double) {
        self.largestVoxelMM = largestVoxelMM
        constantBackgroundShare = survey.background.share
        imageSideMM = (SIMD3<Double>(survey.scan.shape) * survey.scan.grid.spacingMM).min()
        let head = survey.head
        let mask = head.mask
        let spacing = head.image.grid.spacingMM
        let count = mask.count
        guard count > 0 else { return }
        volumeLitres = Double(count) * spacing.x * spacing.y * spacing.z / 1e6
        guard let box = survey.box else { return }
        widthMM = box.sizeMM.x
        lengthMM = box.sizeMM.y
        heightMM = box.sizeMM.z
        contactCM2 = Self.contact(mask, spacing, box)
        bottomContactCM2 = Double(mask.profiles[2][0]) * spacing.x * spacing.y / 100
        measureSections(mask, spacing, box)
        upsideDownDice = Self.upsideDown(mask, box)
        let depth = survey.depthMM
        measureShell(head.image, mask, depth, spacing, box)
        let detail = survey.detail
        let smooth = zip(head.image.voxels, detail).map { $0 - $1 }
        measureTexture(head.image, detail, mask, depth)
        measureMirror(smooth, mask, box, spacing)
    }

    private static func contact(_ mask: BinaryMask, _ spacing: SIMD3<Double>, _ box: HeadBox) -> Double {
        let n = mask.shape
        var area = 0.0
        for k in box.upperRange {
            for j in 0..<n.y {
                area += (mask[0, j, k] ? 1 : 0) * spacing.y * spacing.z
                area += (mask[n.x - 1, j, k] ? 1 : 0) * spacing.y * spacing.z
            }
            for i in 0..<n.x {
                area += (mask[i, 0, k] ? 1 : 0) * spacing.x * spacing.z
                area += (mask[i, n.y - 1, k] ? 1 : 0) * spacing.x * spacing.z
            }
        }
        for i in 0..<n.x { for j in 0..<n.y { area += (mask[i, j, n.z - 1] ? 1 : 0) * spacing.x * spacing.y } }
        return area / 100
    }

    private static func upsideDown(_ mask: BinaryMask, _ box: HeadBox) -> Double {
        let ends = box.first.z + box.top
        var (both, all) = (0, 0)
        for row in 0..<(mask.shape.x * mask.shape.y) {
            for k in box.first.z...box.top where mask.values[row * mask.shape.z + k] != 0 {
                all += 1
                both += Int(mask.values[row * mask.shape.z + ends - k])
            }
        }
        return all == 0 ? 0 : Double(both) / Double(all)
    }

    private mutating func measureSections(_ mask: BinaryMask, _ spacing: SIMD3<Double>, _ box: HeadBox) {
        func section(_ depthMM: Double) -> (area: Int, fill: Double) {
            let k = max(0, box.top - Int((depthMM / spacing.z).rounded()))
            var (area, i0, i1, j0, j1) = (0, Int.max, -1, Int.max, -1)
            for i in 0..<mask.shape.x {
                for j in 0..<mask.shape.y where mask[i, j, k] {
                    area += 1
                    (i0, i1, j0, j1) = (min(i0, i), max(i1, i), min(j0, j), max(j1, j))
                }
            }
            return (area, area == 0 ? 0 : Double(area) / Double((i1 - i0 + 1) * (j1 - j0 + 1)))
        }
        let low = section(60)
        domeRatio = low.area == 0 ? 1 : Double(section(12).area) / Double(low.area)
        sectionFill = low.fill
    }

    private mutating func measureShell(
        _ image: Volume, _ mask: BinaryMask, _ depth: [Float], _ spacing: SIMD3<Double>, _ box: HeadBox
    ) {
        var sums = [Double](repeating: 0, count: 18)
        var counts = [Int](repeating: 0, count: 18)
        let lowest = box.top - Int((70 / spacing.z).rounded())
        for i in 0..<mask.shape.x {
            for j in 0..<mask.shape.y {
                for k in max(0, lowest)..<mask.shape.z {
                    let at = (i * mask.shape.y + j) * mask.shape.z + k
                    // Where the mask fills the image no voxel has a depth but "infinite".
                    let bin = Int(min(depth[at] / 2, 18))
                    if mask.values[at] == 0 || bin >= 18 { continue }
                    sums[bin] += Double(image.voxels[at])
                    counts[bin] += 1
                }
            }
        }
        let means = zip(sums, counts).map { $1 == 0 ? 0 : $0 / Double($1) }
        let deepCount = counts[10...].reduce(0, +)
        let deep = deepCount == 0 ? 0 : sums[10...].reduce(0, +) / Double(deepCount)
        guard deep > 0 else { return }
        let dipAt = (2..<8).min { means[$0] < means[$1] } ?? 2
        shellDip = means[dipAt] / deep
        shellPeak = (means[0..<dipAt].max() ?? 0) / deep
    }

    private mutating func measureTexture(_ image: Volume, _ detail: [Float], _ mask: BinaryMask, _ depth: [Float]) {
        // Interior: deeper than 16 mm, so that scalp and skull do not count.
        let n = mask.shape
        var (squares, product, first, second, count) = (0.0, 0.0, 0.0, 0.0, 0)
        var inside: [Float] = []
        for i in 0..<n.x {
            for j in 0..<n.y {
                for k in 0..<(n.z - 1) {
                    let at = (i * n.y + j) * n.z + k
                    if depth[at] <= 16 || depth[at + 1] <= 16 { continue }
                    let (a, b) = (Double(detail[at]), Double(detail[at + 1]))
                    squares += a * a
                    product += a * b
                    first += a * a
                    second += b * b
                    count += 1
                    inside.append(image.voxels[at])
                }
            }
        }
        guard count > 100 else { return }
        let median = Double(Histogram.quantile(0.5, of: inside))
        texture = median > 0 ? (squares / Double(count)).squareRoot() / median : 0
        structure = first > 0 && second > 0 ? product / (first * second).squareRoot() : 0
    }

    private mutating func measureMirror(
        _ smooth: [Float], _ mask: BinaryMask, _ box: HeadBox, _ spacing: SIMD3<Double>
    ) {
        let n = mask.shape
        let reach = Int((12 / spacing.x).rounded())
        let twice = Int((2 * box.centre.x).rounded())
        var best = (dice: 0.0, correlation: -1.0)
        for sum in (twice - reach)...(twice + reach) {
            var (both, one, sa, sb, saa, sbb, sab) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
            for i in 0..<n.x where (0..<n.x).contains(sum - i) {
                for j in 0..<n.y {
                    let row = (i * n.y + j) * n.z
                    let mirrored = ((sum - i) * n.y + j) * n.z
                    for k in box.upperRange where mask.values[row + k] != 0 {
                        one += 1
                        guard mask.values[mirrored + k] != 0 else { continue }
                        let (a, b) = (Double(smooth[row + k]), Double(smooth[mirrored + k]))
                        both += 1
                        sa += a
                        sb += b
                        saa += a * a
                        sbb += b * b
                        sab += a * b
                    }
                }
            }
            let total = max(1, one)
            let (va, vb) = (saa - sa * sa / max(1, both), sbb - sb * sb / max(1, both))
            let correlation = va > 0 && vb > 0 ? (sab - sa * sb / both) / (va * vb).squareRoot() : 0
            if correlation * both / total > best.correlation * best.dice { best = (both / total, correlation) }
        }
        mirrorDice = best.dice
        mirrorCorrelation = best.correlation
    }
}
