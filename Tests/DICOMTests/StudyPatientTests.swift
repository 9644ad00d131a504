import DICOM
import Imaging
import Testing

@Suite struct StudyPatientTests {
    private let base = PatientDigest(id: "1", issuer: "a", name: "n", birthDate: "b", sex: "M")

    private func check(_ change: (inout PatientDigest) -> Void) -> StudyPatient.Finding {
        var other = base
        change(&other)
        return StudyPatient.check([base, other, base])
    }

    @Test func onePatientIsFine() {
        let found = check { _ in }
        #expect(found.refusal == nil && found.notes.isEmpty)
    }

    @Test func otherOrMissingIDConflicts() {
        #expect(check { $0.id = "2" }.refusal?.code == .conflictingPatient)
        #expect(check { $0.id = nil }.refusal?.code == .conflictingPatient)
    }

    @Test func otherIssuerBirthDateOrSexConflictsUnlessMissing() {
        for path in [\PatientDigest.issuer, \.birthDate, \.sex] {
            #expect(check { $0[keyPath: path] = "other" }.refusal?.code == .conflictingPatient)
            let missing = check { $0[keyPath: path] = nil }
            #expect(missing.refusal == nil && missing.notes.isEmpty)
        }
    }

    @Test func otherNameUnderOneIDIsANote() {
        let found = check { $0.name = "other" }
        #expect(found.refusal == nil)
        #expect(found.notes.map(\.code) == ["PATIENT_NAME_VARIES"])
    }

    @Test func studyWithoutAnyIDIsANoteUnlessNamesDiffer() {
        let nobody = PatientDigest(name: "n")
        #expect(StudyPatient.check([nobody, nobody]).notes.map(\.code) == ["PATIENT_ID_MISSING"])
        #expect(StudyPatient.check([nobody]).refusal == nil)
        let two = StudyPatient.check([nobody, PatientDigest(name: "m")])
        #expect(two.refusal?.code == .conflictingPatient)
    }

    @Test func spellingsOfOneNameHaveOneDigest() throws {
        func patient(_ name: String, sex: String = "M", birth: String = "19700101") throws -> PatientDigest {
            try TemporaryObject.read { object in
                object.root.set(0x0010_0010, "PN", name)
                object.root.set(0x0010_0020, "LO", " T1 ")
                object.root.set(0x0010_0021, "LO", "Hospital")
                object.root.set(0x0010_0030, "DA", birth)
                object.root.set(0x0010_0040, "CS", sex)
            }.header.patient
        }
        let plain = try patient("Doe^Jane")
        #expect(try patient("DOE^JANE^^^ ") == plain)
        #expect(try patient("Doe^Janet").name != plain.name)
        #expect(try patient("Doe^Janet").id == plain.id)
        #expect(try patient("Doe^Jane", sex: "O").sex == nil)
        #expect(try patient("Doe^Jane", birth: "1970").birthDate == nil)
        for value in [plain.id, plain.issuer, plain.name, plain.birthDate, plain.sex] {
            #expect(value?.count == 64)
        }
    }
}
