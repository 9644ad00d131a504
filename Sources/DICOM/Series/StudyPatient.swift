package import Imaging

/// Whether all objects of a study are of one patient. Pure.
package enum StudyPatient {
    /// What the patient modules of a study's objects say together.
    package struct Finding: Sendable {
        /// `CONFLICTING_PATIENT`, where the objects are not of one patient.
        package var refusal: DICOMError?
        /// What a reader should know.
        package var notes: [Reason]
    }

    /// One study is one patient: one Patient ID in all objects or in none, and one issuer, birth date and sex where they
    /// are given. Names are spelt in many ways: under one ID they may differ, and a note says so.
    package static func check(_ patients: some Sequence<PatientDigest>) -> Finding {
        let patients = Set(patients)
        func differ(_ value: (PatientDigest) -> String?) -> Bool { Set(patients.compactMap(value)).count > 1 }
        let isConflict =
            Set(patients.map(\.id)).count > 1 || differ(\.issuer) || differ(\.birthDate) || differ(\.sex)
        if isConflict { return Finding(refusal: DICOMError(.conflictingPatient), notes: []) }
        let hasNoID = patients.allSatisfy { $0.id == nil }
        // Without an ID the name is all there is to tell patients apart.
        if hasNoID, differ(\.name) { return Finding(refusal: DICOMError(.conflictingPatient), notes: []) }
        var notes: [Reason] = []
        if hasNoID { notes.append(DICOMError(.patientIDMissing).reason) }
        if differ(\.name) { notes.append(DICOMError(.patientNameVaries).reason) }
        return Finding(refusal: nil, notes: notes)
    }
}
