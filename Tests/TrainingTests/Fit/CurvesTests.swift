import Foundation
import Testing
import Training

@Suite struct CurvesTests {
    private static let history = (1...4).map { epoch in
        EpochRecord(
            epoch: epoch, trainLoss: 0.8 / Double(epoch), validationLoss: 0.7, validationAccuracy: 0.5,
            learningRate: epoch < 3 ? 0.001 : 0.0001, seconds: 2)
    }

    @Test func theTableHasARowPerEpochWithTheGap() {
        let lines = Curves(history: Self.history, best: 2).csv.split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines[0] == "epoch,train_loss,validation_loss,gap,validation_accuracy,learning_rate,seconds")
        #expect(lines[4] == "4,0.2,0.7,0.49999999999999994,0.5,0.0001,2.000")
    }

    @Test func thePictureNamesTheGapAndTheChangeOfRate() {
        let svg = Curves(history: Self.history, best: 2).svg
        #expect(svg.contains("train–validation gap 0.500"))
        #expect(svg.contains("rate 0.0001") && svg.components(separatedBy: "stroke-dasharray").count == 2)
        #expect(svg.contains("best epoch (2)"))
    }

    @Test func oneEpochIsDrawnToo() {
        #expect(Curves(history: [Self.history[0]], best: 1).svg.contains("</svg>"))
    }
}
