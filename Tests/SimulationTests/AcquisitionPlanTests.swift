import Foundation
import Imaging
import Simulation
import Testing

@Suite struct AcquisitionPlanTests {
    @Test func plansSurviveBeingWrittenDown() throws {
        var plan = AcquisitionPlan()
        plan.spacingMM = 1.5
        let back = try JSONDecoder().decode(AcquisitionPlan.self, from: JSONEncoder().encode(plan))
        #expect(back == plan)
        let anatomy = try JSONDecoder().decode(AnatomyPlan.self, from: JSONEncoder().encode(AnatomyPlan()))
        #expect(anatomy == AnatomyPlan())
        let lesion = try JSONDecoder().decode(LesionPlan.self, from: JSONEncoder().encode(LesionPlan()))
        #expect(lesion == LesionPlan())
    }

    @Test func theProtocolCanBeChosenAndNamesTheFiles() {
        let plan = AcquisitionPlan()
        for index in plan.protocols.indices {
            let pair = plan.pair(seed: 9, protocolIndex: index)
            #expect(pair.t1wName == plan.protocols[index].t1wName)
            #expect(pair.flair.grid.spacingMM.max() < 1.3)
        }
    }

    @Test func aGivenFieldSetsTheGridsShape() {
        var plan = AcquisitionPlan()
        plan.spacingMM = 2
        plan.fieldMM = [162, 194, 162]
        let shape = plan.pair(seed: 1).t1w.grid.shape
        #expect(shape == [81, 97, 81])
    }
}
