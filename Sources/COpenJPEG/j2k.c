#include "j2k.h"

#include <openjpeg-2.5/openjpeg.h>
#include <string.h>

struct source {
    const uint8_t *bytes;
    size_t count;
    size_t at;
};

static const OPJ_SIZE_T endOfStream = (OPJ_SIZE_T)-1;

static OPJ_SIZE_T readBytes(void *out, OPJ_SIZE_T wanted, void *user)
{
    struct source *s = user;
    size_t left = s->count - s->at;
    size_t n = wanted < left ? wanted : left;
    if (n == 0) return endOfStream;
    memcpy(out, s->bytes + s->at, n);
    s->at += n;
    return n;
}

static OPJ_OFF_T skipBytes(OPJ_OFF_T n, void *user)
{
    struct source *s = user;
    if (n < 0 || (uint64_t)n > s->count - s->at) {
        s->at = s->count;
        return -1;
    }
    s->at += (size_t)n;
    return n;
}

static OPJ_BOOL seekTo(OPJ_OFF_T n, void *user)
{
    struct source *s = user;
    if (n < 0 || (uint64_t)n > s->count) return OPJ_FALSE;
    s->at = (size_t)n;
    return OPJ_TRUE;
}

static int32_t decodeImage(opj_codec_t *codec, opj_stream_t *stream, uint32_t columns, uint32_t rows, int32_t *out)
{
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    if (!opj_setup_decoder(codec, &parameters)) return J2K_BAD_STREAM;
    if (!opj_decoder_set_strict_mode(codec, OPJ_TRUE)) return J2K_BAD_STREAM;

    opj_image_t *image = NULL;
    if (!opj_read_header(stream, codec, &image)) return J2K_BAD_STREAM;
    int32_t code = J2K_WRONG_SHAPE;
    if (image->numcomps == 1 && image->x1 - image->x0 == columns && image->y1 - image->y0 == rows) {
        code = J2K_BAD_STREAM;
        if (opj_decode(codec, stream, image) && opj_end_decompress(codec, stream)) {
            const opj_image_comp_t *plane = &image->comps[0];
            if (plane->w != columns || plane->h != rows) {
                code = J2K_WRONG_SHAPE;
            } else if (plane->data) {
                memcpy(out, plane->data, sizeof(int32_t) * (size_t)columns * rows);
                code = J2K_OK;
            }
        }
    }
    opj_image_destroy(image);
    return code;
}

int32_t j2k_decode(const uint8_t *bytes, size_t count, uint32_t columns, uint32_t rows, int32_t *out)
{
    if (count < 12) return J2K_BAD_STREAM;
    const int boxed = memcmp(bytes + 4, "jP  ", 4) == 0;
    opj_codec_t *codec = opj_create_decompress(boxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
    opj_stream_t *stream = opj_stream_create(OPJ_J2K_STREAM_CHUNK_SIZE, OPJ_TRUE);
    int32_t code = J2K_NEEDS_MEMORY;
    if (codec && stream) {
        struct source source = {bytes, count, 0};
        opj_stream_set_read_function(stream, readBytes);
        opj_stream_set_skip_function(stream, skipBytes);
        opj_stream_set_seek_function(stream, seekTo);
        opj_stream_set_user_data(stream, &source, NULL);
        opj_stream_set_user_data_length(stream, count);
        code = decodeImage(codec, stream, columns, rows, out);
    }
    if (stream) opj_stream_destroy(stream);
    if (codec) opj_destroy_codec(codec);
    return code;
}
