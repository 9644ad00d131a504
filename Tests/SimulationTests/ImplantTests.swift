import Imaging
import Simulation
import Testing

@Suite struct ImplantTests {
    /// A made-up pair without a lesion stands for a real one.
    static let scans: SimulatedHead = {
        let subject = SimulatedSubject(seed: 21, lesion: nil)
        return subject.scan(SmallHead.plan(spacingMM: 2).pair(seed: 21))
    }()

    static func plan(severity: Double) -> LesionPlan {
        var plan = LesionPlan()
        plan.severity = severity...severity
        plan.millilitres = 5...5
        plan.tail = 0
        return plan
    }

    @Test func anAmplitudeOfZeroGivesTheScansBack() throws {
        let implant = Implant(plan: Self.plan(severity: 1), seed: 3)
        let (with, without) = (
            try implant.apply(t1w: Self.scans.t1w, flair: Self.scans.flair),
            try implant.apply(t1w: Self.scans.t1w, flair: Self.scans.flair, amplitude: 0)
        )
        #expect(without.t1w == Self.scans.t1w && without.flair == Self.scans.flair)
        #expect(with.lesion == without.lesion)
        #expect(with.flair != without.flair && with.t1w != without.t1w)
    }

    @Test func theLesionIsBrightOnFLAIRAndOfTheSizeAskedFor() throws {
        let implant = Implant(plan: Self.plan(severity: 1), seed: 4)
        let head = try implant.apply(t1w: Self.scans.t1w, flair: Self.scans.flair, brain: Self.scans.brain)
        #expect(abs(head.lesionMillilitres - 5) < 1.5)
        var (ratio, count, outside) = (0.0, 0, 0)
        for at in head.flair.voxels.indices {
            let (new, old) = (head.flair.voxels[at], Self.scans.flair.voxels[at])
            if head.lesion.voxels[at] == 1 {
                ratio += Double(new / max(old, 1))
                count += 1
            } else if new != old {
                outside += 1
            }
        }
        #expect(ratio / Double(count) > 1.08)
        #expect(outside < 6 * count)
    }

    @Test func anEmptyScanIsRefused() {
        let empty = Volume(grid: Self.scans.t1w.grid)
        #expect(throws: ImagingError.self) { try Implant(seed: 1).apply(t1w: empty, flair: empty) }
    }
}
