import Testing
import Training

@Suite struct EarlyStoppingTests {
    private struct Series: Decodable {
        struct Run: Decodable {
            var patience: Int
            var bestEpoch: Int
            var stoppedAfterEpoch: Int?
        }
        var losses: [Double]
        var runs: [Run]
    }

    @Test func stopsWhereTheRecordedRuleStops() throws {
        let all = try RecordedFiles.decode([String: Series].self, "schedule/early_stop.json")
        #expect(all.count >= 4)
        for (name, series) in all {
            for run in series.runs {
                var stopping = EarlyStopping(patience: run.patience)
                var stopped: Int?
                for (epoch, loss) in series.losses.enumerated() where stopped == nil {
                    stopping.step(loss)
                    if stopping.isOver { stopped = epoch }
                }
                #expect(stopped == run.stoppedAfterEpoch, "\(name), patience \(run.patience)")
                #expect(stopping.bestEpoch == run.bestEpoch, "\(name), patience \(run.patience)")
            }
        }
    }

    @Test func anEqualLossIsNotBetter() {
        var stopping = EarlyStopping(patience: 5)
        let first = stopping.step(0.5)
        let second = stopping.step(0.5)
        #expect(first && !second)
    }
}
