"""WebP, lossless or lossy: the smaller of the two where both look the same."""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageStat

# A photograph has more colours than these in a grid of `_SAMPLE` by `_SAMPLE` points; a drawing of 2000
# pixels in width has about 1,000, a screenshot 5,000, and no picture of up to 128 by 128 pixels has as many.
_PHOTOGRAPH = 16_384
_SAMPLE = 256
_QUALITY = 85
_EFFORT = 4
_MEAN = 3.0  # of 255 levels of lightness
_WORST = 32  # for all but `_STRAY` of the pixels
_STRAY = 0.001


def webp(picture: Image.Image) -> bytes:
    """Encode an RGB or RGBA picture as it looks, without anything that was embedded in its file.

    A photograph is encoded lossily. Anything else is also encoded without
    loss, and the smaller one is taken, the lossy one only where it looks the
    same: with equal alpha, lightness differs by at most 3 of 255 levels on
    the average, and by at most 32 in all but a thousandth of the pixels that
    are not wholly transparent. Which one is taken depends on the encoder's
    build, and so may the bytes; the look does not.
    """
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    lossy = _encoded(picture, quality=_QUALITY)
    if _is_photograph(picture):
        return lossy
    lossless = _encoded(picture, lossless=True)
    return lossy if len(lossy) < len(lossless) and _look_the_same(picture, lossy) else lossless


def _encoded(picture: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    # Empty, lest the encoder finds them among what came with the file.
    picture.save(out, "WEBP", method=_EFFORT, icc_profile=b"", exif=b"", xmp=b"", **options)
    return out.getvalue()


def _is_photograph(picture: Image.Image) -> bool:
    size = (min(_SAMPLE, picture.width), min(_SAMPLE, picture.height))
    sample = picture.resize(size, Image.Resampling.NEAREST)
    return sample.getcolors(_PHOTOGRAPH) is None


def _look_the_same(picture: Image.Image, encoded: bytes) -> bool:
    with Image.open(io.BytesIO(encoded), formats=["WEBP"]) as found:
        other = found.convert(picture.mode)
    visible = None
    if picture.mode == "RGBA":
        alpha = picture.getchannel("A")
        if ImageChops.difference(alpha, other.getchannel("A")).getbbox():
            return False
        visible = alpha.point(lambda value: 255 if value else 0)
        picture, other = _on_black(picture), _on_black(other)
    differs = ImageChops.difference(picture, other).convert("L")
    levels = differs.histogram(visible)
    strays = sum(levels[_WORST + 1 :])
    return ImageStat.Stat(levels).mean[0] <= _MEAN and strays <= _STRAY * sum(levels)


def _on_black(picture: Image.Image) -> Image.Image:
    """Weigh colours by alpha: two pictures of equal alpha differ as much upon any other ground."""
    return Image.composite(picture.convert("RGB"), Image.new("RGB", picture.size), picture.getchannel("A"))
