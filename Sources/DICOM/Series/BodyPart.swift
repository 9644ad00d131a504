/// Body Part Examined (0018,0015), as far as it rules a brain out.
///
/// The terms of PS3.16 CID 4 and 4031 and what scanners write for them. A term that is not here, or none, rules out
/// nothing: the tag is often left as the last protocol set it, and the image itself is looked at later.
enum BodyPart {
    private static let elsewhere: Set<String> = [
        "ABDOMEN", "ABDOMENPELVIS", "ADRENAL", "ANKLE", "ANUS", "AORTA", "APPENDIX", "ARM", "AXILLA", "BACK",
        "BILEDUCT",
        "BLADDER", "BREAST", "CALCANEUS", "CALF", "CERVIX", "CHEST", "CHESTABDOMEN", "CLAVICLE", "COCCYX", "COLON",
        "CSPINE", "CTSPINE", "DUODENUM", "ELBOW", "ESOPHAGUS", "EXTREMITY", "FEMUR", "FINGER", "FOOT", "FOREARM",
        "GALLBLADDER", "HAND", "HEART", "HIP", "HUMERUS", "ILEUM", "JEJUNUM", "KIDNEY", "KNEE", "LEG", "LIVER",
        "LOWEREXTREMITY", "LSPINE", "LSSPINE", "LUNG", "MEDIASTINUM", "OVARY", "PANCREAS", "PATELLA", "PELVIS", "PENIS",
        "PROSTATE", "RECTUM", "RENAL", "RIB", "SACRUM", "SCAPULA", "SCROTUM", "SHOULDER", "SIJOINT", "SPINE", "SPLEEN",
        "SSPINE", "STERNUM", "STOMACH", "TESTIS", "THIGH", "THORAX", "THUMB", "TIBIA", "TLSPINE", "TOE", "TSPINE",
        "UPPEREXTREMITY", "URETER", "UTERUS", "VAGINA", "WRIST", "ABDOMINAL", "CARDIAC", "CERVICALSPINE",
        "LUMBARSPINE", "THORACICSPINE",
    ]

    /// Whether the term names a part of the body that is not in a head image.
    static func isElsewhere(_ term: String?) -> Bool {
        guard let term else { return false }
        return elsewhere.contains(term.uppercased().filter { $0.isLetter })
    }
}
