import ConvNet
import Imaging
import Testing
import Training

@Suite struct TrainingProtocolTests {
    @Test func theDefaultIsThePaper() throws {
        let paper = TrainingProtocol()
        try paper.architecture.validate()
        try paper.plan.validate()
        #expect(paper.fit.learningRate == 0.001 && paper.folds.count == 5)
    }
}
