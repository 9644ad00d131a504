/// A patient who does not exist.
package struct SyntheticPatient: Sendable, Hashable {
    /// DICOM person name, such as `Demo^Ada`; any UTF-8.
    package var name: String
    package var patientID: String
    /// `YYYYMMDD`.
    package var birthDate: String
    /// `F`, `M` or `O`.
    package var sex: String

    package init(name: String, patientID: String, birthDate: String, sex: String) {
        self.name = name
        self.patientID = patientID
        self.birthDate = birthDate
        self.sex = sex
    }
}

/// A study of such a patient. Equal seeds give equal UIDs.
package struct SyntheticStudy: Sendable, Hashable {
    package var patient: SyntheticPatient
    package var seed: UInt64
    /// `YYYYMMDD` and `HHMMSS`, local time of the scanner.
    package var date: String
    package var time: String
    package var accessionNumber: String
    package var description: String

    package init(
        patient: SyntheticPatient, seed: UInt64, date: String, time: String, accessionNumber: String,
        description: String = "Head^Epilepsy"
    ) {
        self.patient = patient
        self.seed = seed
        self.date = date
        self.time = time
        self.accessionNumber = accessionNumber
        self.description = description
    }

    package var studyInstanceUID: String { derivedUID(of: "study") }

    package var frameOfReferenceUID: String { derivedUID(of: "frame of reference") }

    package func seriesInstanceUID(number: Int) -> String { derivedUID(of: "series \(number)") }

    package func sopInstanceUID(seriesNumber: Int, instance: Int) -> String {
        derivedUID(of: "series \(seriesNumber) instance \(instance)")
    }

    private func derivedUID(of role: String) -> String {
        DerivedUID.make(from: "\(seed) \(patient.patientID) \(role)")
    }
}
