/* Debian builds libznz with zlib; its handle then holds one more member. */
#define HAVE_ZLIB 1
#include "CNIfTI.h"

#include <nifti/nifti2_io.h>
#include <stdlib.h>
#include <string.h>

/* Reads up to `count` bytes into `into`, or throws them away where that is NULL; returns how many there were. */
static int64_t read_up_to(znzFile file, char *into, int64_t count) {
    char waste[65536];
    int64_t done = 0;
    while (done < count) {
        int64_t want = count - done;
        const int64_t most = into ? (1 << 24) : (int64_t)sizeof waste;
        if (want > most) want = most;
        size_t n = znzread(into ? into + done : waste, 1, (size_t)want, file);
        if (n == 0 || n > (size_t)want) break;
        done += (int64_t)n;
    }
    return done;
}

/* What zlib says of a stream that gave no more bytes: whole, cut off (Z_BUF_ERROR), or damaged. */
static int stream_state(znzFile file) {
    int code = Z_OK;
    if (file->withz && file->zfptr) (void)gzerror(file->zfptr, &code);
    if (code == Z_OK || code == Z_STREAM_END) return CNIFTI_OK;
    return code == Z_BUF_ERROR ? CNIFTI_SHORT : CNIFTI_DAMAGED;
}

int cnifti_read(const char *path, int64_t offset, void *into, int64_t count, int64_t check_past, int64_t *got) {
    *got = 0;
    znzFile file = znzopen(path, "rb", 1);
    if (znz_isnull(file)) return CNIFTI_CANNOT_OPEN;
    int status = CNIFTI_OK;
    int whole = read_up_to(file, NULL, offset) == offset;
    if (whole) {
        *got = read_up_to(file, into, count);
        whole = *got == count;
    }
    if (!whole) status = stream_state(file) == CNIFTI_DAMAGED ? CNIFTI_DAMAGED : CNIFTI_SHORT;
    if (whole && check_past > 0) {
        char waste[65536];
        int64_t past = 0;
        while (past < check_past) {
            size_t n = znzread(waste, 1, sizeof waste, file);
            if (n == 0 || n > sizeof waste) { /* the end, or gzread's -1 */
                status = stream_state(file);
                break;
            }
            past += (int64_t)n;
        }
    }
    Xznzclose(&file);
    return status;
}

void cnifti_swap(void *items, int64_t count, int size) { nifti_swap_Nbytes(count, size, items); }

void cnifti_qform(const double quatern[3], const double offset[3], const double spacing[3], double qfac,
                  double affine[16]) {
    nifti_dmat44 m = nifti_quatern_to_dmat44(quatern[0], quatern[1], quatern[2], offset[0], offset[1], offset[2],
                                             spacing[0], spacing[1], spacing[2], qfac);
    for (int row = 0; row < 4; row++)
        for (int column = 0; column < 4; column++) affine[4 * row + column] = m.m[row][column];
}

int cnifti_header(const int64_t dims[3], int datatype, const double affine[16], int with_qform,
                  const char *description, unsigned char into[CNIFTI_HEADER_BYTES]) {
    const int64_t all[8] = {3, dims[0], dims[1], dims[2], 1, 1, 1, 1};
    nifti_image *image = nifti_make_new_nim(all, datatype, 0);
    if (!image) return CNIFTI_NO_MEMORY;
    nifti_dmat44 m;
    for (int row = 0; row < 4; row++)
        for (int column = 0; column < 4; column++) m.m[row][column] = affine[4 * row + column];
    image->sto_xyz = m;
    image->sform_code = NIFTI_XFORM_SCANNER_ANAT;
    double dx, dy, dz;
    nifti_dmat44_to_quatern(m, &image->quatern_b, &image->quatern_c, &image->quatern_d, &image->qoffset_x,
                            &image->qoffset_y, &image->qoffset_z, &dx, &dy, &dz, &image->qfac);
    image->dx = image->pixdim[1] = dx;
    image->dy = image->pixdim[2] = dy;
    image->dz = image->pixdim[3] = dz;
    image->qform_code = with_qform ? NIFTI_XFORM_SCANNER_ANAT : NIFTI_XFORM_UNKNOWN;
    image->qto_xyz = nifti_quatern_to_dmat44(image->quatern_b, image->quatern_c, image->quatern_d, image->qoffset_x,
                                             image->qoffset_y, image->qoffset_z, dx, dy, dz, image->qfac);
    image->xyz_units = NIFTI_UNITS_MM;
    image->nifti_type = NIFTI_FTYPE_NIFTI1_1;
    strncpy(image->descrip, description, sizeof image->descrip - 1);
    image->descrip[sizeof image->descrip - 1] = 0;
    nifti_set_iname_offset(image, 1);
    nifti_1_header header;
    int status = nifti_convert_nim2n1hdr(image, &header) == 0 ? CNIFTI_OK : CNIFTI_BAD_HEADER;
    memset(into, 0, CNIFTI_HEADER_BYTES);
    if (status == CNIFTI_OK) memcpy(into, &header, sizeof header);
    nifti_image_free(image);
    return status;
}
