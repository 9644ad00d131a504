import Foundation
import Imaging
import Screening
import Testing
import Training

@Suite struct Figure2Tests {
    private static func candidate(
        _ name: String, heat: Double, distance: Double, spread: Double = 0.05
    ) -> Figure2.Candidate {
        Figure2.Candidate(
            subject: name, score: 0.9, threshold: 0.5, heatScore: heat, peakDistanceMM: distance, spread: spread)
    }

    @Test func everyRuleTakesItsCase() {
        let chosen = Figure2.choose([
            Self.candidate("good", heat: 5, distance: 1.5), Self.candidate("fair", heat: 3, distance: 0),
            Self.candidate("far", heat: -0.2, distance: 60), Self.candidate("farther", heat: 0.1, distance: 80),
            Self.candidate("near", heat: 1, distance: 14), Self.candidate("less near", heat: 1, distance: 19),
            Self.candidate("vague", heat: 1.2, distance: 15, spread: 0.4),
        ])
        #expect(chosen.mapValues(\.subject) == [.good: "good", .wrong: "far", .near: "near", .vague: "vague"])
    }

    @Test func ruleThatNobodyFitsStaysEmpty() {
        let chosen = Figure2.choose([
            Self.candidate("a", heat: 1, distance: 30), Self.candidate("b", heat: 0.5, distance: 0),
        ])
        #expect(chosen.isEmpty)
        #expect(Figure2.choose([]).isEmpty)
    }

    @Test func onlyFlaggedPatientsAreCandidates() {
        let rows = SampleRows.rows()
        let candidates = rows.compactMap { Figure2.Candidate($0, spread: 0.1) }
        #expect(!candidates.isEmpty)
        #expect(
            candidates.count
                == rows.count { $0.group == .fcd && $0.isFlagged && $0.heatScore?.whole != nil })
    }

    @Test func spreadIsTheShareOverHalfOfTheMaximum() {
        var heat = Volume(grid: VoxelGrid(shape: [4, 5, 5], affineRAS: .identity))
        let inside = Volume(grid: heat.grid, filledWith: 1)
        #expect(Figure2.spread(of: heat, inside: inside) == 1)
        heat[0, 0, 0] = 1
        heat[0, 0, 1] = 0.6
        heat[0, 0, 2] = 0.5
        #expect(Figure2.spread(of: heat, inside: inside) == 0.02)
    }

    /// A bright ball with a hot spot at `peak` and a lesion at (50, 40, 40).
    static func entry(_ kind: String, peak: SIMD3<Float>, width: Float) -> Figure2.Case {
        let grid = VoxelGrid(shape: [80, 96, 80], affineRAS: Affine(spacing: [2, 2, 2], origin: [-80, -96, -80]))
        var scan = Volume(grid: grid)
        var heat = Volume(grid: grid)
        var mask = Volume(grid: grid)
        for i in 0..<80 {
            for j in 0..<96 {
                for k in 0..<80 {
                    let p = SIMD3<Float>(Float(i), Float(j), Float(k))
                    let d = (p - [40, 48, 40]) / [32, 42, 34]
                    let r = (d * d).sum()
                    guard r < 1 else { continue }
                    let fold = sin(p.x * 0.7 + 2 * cos(p.y * 0.31)) * cos(p.y * 0.63 + sin(p.z * 0.5))
                    scan[i, j, k] = r > 0.9 ? 900 : r > 0.82 ? 60 : 420 + 160 * fold
                    let h = (p - peak) / width
                    heat[i, j, k] = exp(-(h * h).sum() / 2)
                    let m = (p - [52, 60, 44]) / [5, 4, 4]
                    if (m * m).sum() < 1 { mask[i, j, k] = 1 }
                }
            }
        }
        let distance = Double((((peak - [52, 60, 44]) * 2) * ((peak - [52, 60, 44]) * 2)).sum().squareRoot())
        return Figure2.Case(
            candidate: Figure2.Candidate(
                subject: "sub-\(kind)", score: 0.91, threshold: 0.47, heatScore: 3.2,
                peakDistanceMM: max(distance - 9, 0), spread: 0.1), scan: scan, heat: heat, mask: mask)
    }

    @Test func figureShowsCasesAndSaysWhichAreMissing() throws {
        let svg = try Figure2.svg([.good: Self.entry("00001", peak: [52, 60, 44], width: 6)])
        #expect(XMLScan(svg).isBalanced)
        #expect(svg.components(separatedBy: "<image").count == 2)
        #expect(svg.components(separatedBy: "No case fits this rule").count == 4)
        #expect(svg.contains("sub-00001") && svg.contains("Peak inside the lesion"))
        #expect(svg.components(separatedBy: "<path").count == 3)
        #expect(!svg.contains("<script"))
    }

    @Test func peakOnAnotherSliceHasAPictureOfItsOwn() throws {
        let svg = try Figure2.svg([.wrong: Self.entry("00002", peak: [20, 30, 24], width: 6)])
        #expect(svg.components(separatedBy: "<image").count == 3)
        #expect(svg.contains("lower row"))
    }
}
