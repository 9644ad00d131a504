import DICOM
import Testing

@Suite struct FreeTextTests {
    @Test(arguments: [
        "t1 mprage post Gd", "T1_MPRAGE_KM", "mprageKM", "T1 +C", "t1 c+", "T1 nach KM", "3D T1 post contrast",
        "AX T1 POST", "T1 W WO CONTRAST", "t1 w/ contrast", "T1 with and without contrast", "T1 mit und ohne KM",
        "T1 après gado", "T1 injecté", "3D T1 avec injection", "T1 con contraste", "T1 poscontraste", "T1 dopo mdc",
        "T1 con mdc", "T1 met contrast", "T1 na contrast", "T1 pós contraste", "T1 com contraste", "T1 CE", "T1w_ce",
        "t1_gre_fsp_3d_sag+CE", "T1 pre + post Gd", "Dotarem 3D T1", "sag t1 gadovist",
    ])
    func agentIsSeen(_ text: String) { #expect(FreeText(text).hintsAtContrastAgent) }

    @Test(arguments: [
        "t1 mprage sag", "T1 ohne KM", "T1 vor KM", "T1 pre contrast", "T1 precontrast", "T1 without contrast",
        "T1 w/o contrast", "T1 WO CONTRAST", "T1 non contrast", "T1 sans injection", "T1 sans gado",
        "T1 avant injection", "T1 sin contraste", "T1 senza mdc", "T1 prima di mdc", "T1 zonder contrast",
        "T1 sem contraste", "T1 post op", "T1 postop", "T1 post-operative", "T1 post processing", "3D FLAIR", "",
        "posterior fossa T1", "T1 nativ", "mDIXON", "FLAIR CUBE",
    ])
    func noAgentIsSeen(_ text: String) { #expect(!FreeText(text).hintsAtContrastAgent) }

    @Test func lettersThatGrowInLowerCaseAreSafe() {
        #expect(!FreeText("\u{130}\u{1E9E}\u{FB03} \u{1F88}").hintsAtContrastAgent)
    }

    @Test(arguments: [
        "T1 post op", "T1 post-OP", "MRT Schädel postoperativ", "Z.n. Resektion", "Status after resection",
        "IRM post-opératoire", "contrôle après chirurgie", "résection temporale", "RM post operatoria",
        "controllo dopo chirurgia", "resezione", "resectie", "lobectomía temporal", "pós-operatório", "craniotomy",
        "Kontrolle nach OP", "intraop T1", "Hemisphärektomie hemispherectomy",
    ])
    func operationIsSeen(_ text: String) { #expect(FreeText(text).hintsAtOperation) }

    @Test(arguments: ["T1 preop", "pre-op MPRAGE", "T1 post Gd", "pre resection", "optic nerve", "open T1", ""])
    func noOperationIsSeen(_ text: String) { #expect(!FreeText(text).hintsAtOperation) }
}
