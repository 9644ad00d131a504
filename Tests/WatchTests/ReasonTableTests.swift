import DICOM
import Imaging
import Testing
import Watch

@Suite struct ReasonTableTests {
    @Test func everyCodeHasASentenceThatEndsLikeOne() {
        #expect(ReasonTable.all.count > 80)
        for reason in ReasonTable.all {
            #expect(reason.message.hasSuffix("."), "\(reason.code)")
            #expect(reason.message.count > 20, "\(reason.code)")
        }
    }

    @Test func codesOfAllLayersAreInTheTable() {
        let codes = Set(ReasonTable.all.map(\.code))
        #expect(codes.isSuperset(of: DICOMCode.allCases.map(\.rawValue)))
        #expect(codes.isSuperset(of: ImagingError.Code.allCases.map(\.rawValue)))
        #expect(codes.isSuperset(of: ["NO_MODEL", "NOT_A_HEAD", "WORKER_CRASHED", "SYMBOLIC_LINK", "AMBIGUOUS_PAIR"]))
    }
}
