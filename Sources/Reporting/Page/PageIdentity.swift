/// Whose scan a page shows, as the site configured it; a member that is nil is not shown.
package struct PageIdentity: Sendable, Hashable {
    package var name: String?
    package var patientID: String?
    package var birthDate: String?
    package var sex: String?
    package var accession: String?
    /// Date and time of the study in words; DICOM times are local without zone.
    package var studyTime: String?

    package init(
        name: String? = nil, patientID: String? = nil, birthDate: String? = nil, sex: String? = nil,
        accession: String? = nil, studyTime: String? = nil
    ) {
        self.name = name
        self.patientID = patientID
        self.birthDate = birthDate
        self.sex = sex
        self.accession = accession
        self.studyTime = studyTime
    }
}
