import Foundation
import Testing
import Training

@Suite struct PlateauScheduleTests {
    private struct Row: Decodable {
        var valLoss: Double
        var lrAfter: Double
        var best: Double
        var badEpochs: Int
    }

    @Test(arguments: [("schedule/plateau.json", 0, 0.0), ("schedule/plateau_cooldown2_minlr.json", 2, 1e-5)])
    func ratesAreThoseOfPyTorch(file: String, cooldown: Int, minimum: Double) throws {
        let series = try RecordedFiles.decode([String: [Row]].self, file)
        #expect(series.count >= 4)
        for (name, rows) in series {
            var schedule = PlateauSchedule(learningRate: 1e-3, cooldown: cooldown, minimum: minimum)
            for (epoch, row) in rows.enumerated() {
                schedule.step(row.valLoss)
                #expect(abs(schedule.learningRate - row.lrAfter) <= 1e-12 * row.lrAfter, "\(name) \(epoch)")
                #expect(abs(schedule.best - row.best) <= 1e-12 * row.best, "\(name) \(epoch)")
                #expect(schedule.badEpochs == row.badEpochs, "\(name) \(epoch)")
            }
        }
    }

    @Test func aStoredScheduleGoesOn() throws {
        var schedule = PlateauSchedule(learningRate: 1e-3)
        for loss in [0.7, 0.7, 0.7] { schedule.step(loss) }
        let back = try JSONDecoder().decode(PlateauSchedule.self, from: JSONEncoder().encode(schedule))
        #expect(back == schedule && back.badEpochs == 2)
    }
}
