// Writing DICOM files with DCMTK: a data set is filled element by element and saved once.
// No exception leaves these functions. Strings are UTF-8 and end in NUL.
#ifndef CDCMTK_WRITE_H
#define CDCMTK_WRITE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A data set being filled. Made by fcd_dcmw_new, freed by fcd_dcmw_free, used by one thread at a time.
typedef struct fcd_dcmw_dataset fcd_dcmw_dataset;

/// Outcome of a call: `ok` is 1, or `message` says what DCMTK found wrong.
typedef struct {
    int32_t ok;
    char message[200];
} fcd_dcmw_status;

/// How the pixels are stored in the file.
typedef enum {
    FCD_DCMW_EXPLICIT_LITTLE_ENDIAN = 0,
    FCD_DCMW_RLE = 1,
    /// JPEG lossless, process 14, first-order prediction.
    FCD_DCMW_JPEG_LOSSLESS = 2,
} fcd_dcmw_encoding;

/// An empty data set; NULL where memory is short.
fcd_dcmw_dataset *fcd_dcmw_new(void);

/// Frees a data set; NULL is allowed.
void fcd_dcmw_free(fcd_dcmw_dataset *dataset);

/// Sets an element with a text representation. `vr` has two letters; values are parted by a backslash.
fcd_dcmw_status fcd_dcmw_put_text(
    fcd_dcmw_dataset *dataset, uint16_t group, uint16_t element, const char *vr, const char *value);

/// Sets an element of VR US from `count` numbers.
fcd_dcmw_status fcd_dcmw_put_uint16(
    fcd_dcmw_dataset *dataset, uint16_t group, uint16_t element, const uint16_t *values, size_t count);

/// Sets PixelData from `count` 16-bit pixels, which are copied.
fcd_dcmw_status fcd_dcmw_put_pixels(fcd_dcmw_dataset *dataset, const uint16_t *pixels, size_t count);

/// Compresses the pixels where asked and writes a DICOM file with its meta header, replacing what is at `path`.
fcd_dcmw_status fcd_dcmw_save(fcd_dcmw_dataset *dataset, const char *path, fcd_dcmw_encoding encoding);

#ifdef __cplusplus
}
#endif

#endif
