"""Pictures of a seal and a signature, as somebody photographs them on paper."""

from io import BytesIO

from PIL import Image, ImageDraw


def seal_picture() -> bytes:
    """A red ring with a star-like middle on off-white paper."""
    picture = Image.new("RGB", (900, 800), (244, 242, 236))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((180, 130, 720, 670), outline=(200, 20, 30), width=22)
    pen.regular_polygon((450, 400, 110), 5, fill=(200, 20, 30))
    return _jpeg(picture)


def signature_picture() -> bytes:
    """A dark stroke on off-white paper."""
    picture = Image.new("RGB", (1000, 500), (240, 240, 240))
    pen = ImageDraw.Draw(picture)
    pen.line([(120, 320), (240, 150), (330, 340), (460, 180), (600, 330), (860, 200)], fill=(25, 25, 40), width=16)
    return _jpeg(picture)


def _jpeg(picture: Image.Image) -> bytes:
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=90)
    return stream.getvalue()
