import DICOM
import Imaging
import Testing

@Suite struct DICOMCodeTests {
    @Test(arguments: DICOMCode.allCases)
    func everyCodeSaysWhatAndWhatNext(code: DICOMCode) {
        #expect(code.rawValue.allSatisfy { $0.isUppercase || $0.isNumber || $0 == "_" })
        #expect(code.meaning.hasSuffix(".") && code.advice.hasSuffix("."))
        let error = DICOMError(code)
        #expect(error.message == "\(code.meaning) \(code.advice)")
        #expect(error.reason.code == code.rawValue)
    }
}
