import DICOM
import Imaging
import Testing

@Suite struct AcquisitionMomentTests {
    private func apart(_ first: (String, String?), _ second: (String, String?)) -> Bool {
        let moments = [first, second].compactMap { AcquisitionMoment(date: $0.0, time: $0.1) }
        return AcquisitionMoment.areOverADayApart(moments)
    }

    @Test func studyMayCrossMidnight() {
        #expect(!apart(("20251231", "235000"), ("20260101", "002000.123")))
        #expect(!apart(("20240228", "1200"), ("20240229", "1159")))
    }

    @Test func overADayIsApart() {
        #expect(apart(("20260101", "120000"), ("20260102", "120001")))
        #expect(apart(("20240228", "120000"), ("20240301", "110000")))
        #expect(!apart(("20230228", "120000"), ("20230301", "110000")))
        #expect(apart(("20260101", nil), ("20260103", nil)))
    }

    @Test func unknownTimeIsNotHeldAgainstAStudy() {
        #expect(!apart(("20260101", nil), ("20260102", "235900")))
    }

    @Test func dateTimesAndOldFormsAreRead() throws {
        let moment = try #require(AcquisitionMoment(date: "20260105", time: "213001"))
        #expect(AcquisitionMoment(dateTime: "20260105213001.500000+0100") == moment)
        #expect(AcquisitionMoment(date: "2026.01.05", time: "21:30:01.5") == moment)
        #expect(AcquisitionMoment(dateTime: "20260105")?.second == nil)
    }

    @Test(arguments: ["", "2026", "20261301", "20260132", "00000101", "2026010a", "٢٠٢٦٠١٠٥", "99999999999"])
    func otherTextIsNoDate(text: String) {
        #expect(AcquisitionMoment(date: text, time: nil) == nil)
    }
}
