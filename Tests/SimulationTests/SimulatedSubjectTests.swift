import Imaging
import Simulation
import Testing

/// Small heads: 5 mm voxels where only the numbers count.
enum SmallHead {
    static func plan(spacingMM: Double, stripped: Bool = true) -> AcquisitionPlan {
        var plan = AcquisitionPlan()
        plan.spacingMM = spacingMM
        plan.stripped = stripped
        plan.sameGrid = true
        return plan
    }

    static func anatomy() -> AnatomyPlan {
        var plan = AnatomyPlan()
        plan.latticeMM = 3.5
        return plan
    }
}

@Suite struct SimulatedSubjectTests {
    @Test func theSameSeedGivesTheSameBytesAndAnotherSeedOthers() {
        let plan = SmallHead.plan(spacingMM: 5, stripped: false)
        func head(_ seed: UInt64) -> SimulatedHead {
            SimulatedSubject(seed: seed, plan: SmallHead.anatomy()).scan(plan.pair(seed: seed))
        }
        let (a, b, c) = (head(7), head(7), head(8))
        #expect(a.t1w == b.t1w && a.flair == b.flair && a.lesion == b.lesion && a.brain == b.brain)
        let same = zip(a.t1w.voxels, c.t1w.voxels).count { $0 == $1 }
        #expect(Double(same) < 0.1 * Double(a.t1w.voxels.count))
        #expect(a.lesion.voxels != c.lesion.voxels)
    }

    @Test func aControlEqualsThePatientOutsideTheLesionsReach() throws {
        var lesion = LesionPlan()
        lesion.severity = 1...1
        lesion.millilitres = 3...3
        let subject = SimulatedSubject(seed: 5, plan: SmallHead.anatomy(), lesion: lesion)
        var plan = SmallHead.plan(spacingMM: 3)
        // A ghost shows the lesion once more, far away.
        plan.ghost = 0
        let pair = plan.pair(seed: 5)
        let (patient, control) = (subject.scan(pair), subject.scan(pair, amplitude: 0))
        #expect(patient.lesion == control.lesion && patient.brain == control.brain)
        let centre = try #require(subject.lesionCentre)
        var (inside, count, reached) = (0.0, 0, 0)
        for at in control.flair.voxels.indices {
            let n = control.flair.shape
            let p = control.flair.grid.affineRAS([
                Double(at / (n.y * n.z)), Double(at / n.z % n.y), Double(at % n.z),
            ])
            let far = ((p - centre) * (p - centre)).sum().squareRoot()
            if patient.flair.voxels[at] != control.flair.voxels[at] { reached += 1 }
            if far > 75 {
                #expect(patient.flair.voxels[at] == control.flair.voxels[at])
                #expect(patient.t1w.voxels[at] == control.t1w.voxels[at])
            }
            if control.lesion.voxels[at] == 1 {
                inside += Double(patient.flair.voxels[at] / max(control.flair.voxels[at], 1))
                count += 1
            }
        }
        #expect(count > 30)
        #expect(inside / Double(count) > 1.1)
        // The lesion of 3 ml touches no more than a few times its own volume.
        #expect(reached < 8 * count)
    }

    @Test func aLesionHasTheVolumeThatWasAskedFor() {
        for millilitres in [1.0, 8] {
            var lesion = LesionPlan()
            lesion.millilitres = millilitres...millilitres
            lesion.tail = 0
            let subject = SimulatedSubject(seed: 3, plan: SmallHead.anatomy(), lesion: lesion)
            let head = subject.scan(SmallHead.plan(spacingMM: 2).pair(seed: 3))
            #expect(abs(head.lesionMillilitres / millilitres - 1) < 0.25)
        }
    }

    @Test func withoutALesionTheMaskIsEmpty() {
        let subject = SimulatedSubject(seed: 1, plan: SmallHead.anatomy(), lesion: nil)
        let head = subject.scan(SmallHead.plan(spacingMM: 6).pair(seed: 1))
        #expect(head.lesionMillilitres == 0 && subject.severity == nil)
    }

    @Test func severityZeroLeavesNothingToSee() {
        var lesion = LesionPlan()
        lesion.severity = 0...0
        let subject = SimulatedSubject(seed: 2, plan: SmallHead.anatomy(), lesion: lesion)
        let pair = SmallHead.plan(spacingMM: 4).pair(seed: 2)
        #expect(subject.scan(pair).flair == subject.scan(pair, amplitude: 0).flair)
    }

    @Test func imagesOnGridsOfTheirOwnShowTheSameBrain() throws {
        var plan = SmallHead.plan(spacingMM: 2.5)
        plan.sameGrid = false
        let head = SimulatedSubject(seed: 4, plan: SmallHead.anatomy()).scan(plan.pair(seed: 4))
        #expect(head.t1w.grid != head.flair.grid)
        let moved = head.t1w.resampled(onto: head.flair.grid, .nearest)
        let (both, either) = zip(moved.voxels, head.flair.voxels).reduce(into: (0, 0)) { counts, pair in
            counts.0 += pair.0 > 0 && pair.1 > 0 ? 1 : 0
            counts.1 += pair.0 > 0 || pair.1 > 0 ? 1 : 0
        }
        #expect(Double(both) > 0.93 * Double(either))
    }

    /// What a lazy model could use: means, spreads and histograms of the whole image.
    @Test func globalFeaturesDoNotTellPatientsFromControls() {
        var plan = SmallHead.plan(spacingMM: 4.5)
        plan.tiltDegrees = 3
        var lesion = LesionPlan()
        lesion.severity = 0.3...1
        var (patients, controls): ([[Double]], [[Double]]) = ([], [])
        var anatomy = AnatomyPlan()
        anatomy.latticeMM = 5
        for seed in 1...32 as ClosedRange<UInt64> {
            let head = SimulatedSubject(seed: seed, plan: anatomy, lesion: lesion)
                .scan(plan.pair(seed: seed), amplitude: seed % 2 == 0 ? 1 : 0)
            let inside = head.flair.voxels.filter { $0 > 0 }.sorted()
            let mean = Double(inside.reduce(0, +)) / Double(inside.count)
            let quantiles = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99].map {
                Double(inside[Int(Double(inside.count - 1) * $0)]) / mean
            }
            let features = [mean, Double(inside.count)] + quantiles
            if seed % 2 == 0 { patients.append(features) } else { controls.append(features) }
        }
        for feature in patients[0].indices {
            var wins = 0.0
            for a in patients {
                for b in controls { wins += a[feature] > b[feature] ? 1 : a[feature] == b[feature] ? 0.5 : 0 }
            }
            let auc = wins / Double(patients.count * controls.count)
            // 16 against 16 by chance: 0.5 ± 0.1; three of those, and a little for what a lesion truly adds.
            #expect(abs(auc - 0.5) < 0.32, "feature \(feature)")
        }
    }
}
