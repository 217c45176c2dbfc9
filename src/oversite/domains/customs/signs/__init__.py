"""The notices beside customs cameras (annex 4 no. 9): which are needed, and their drawing at true size. Pure."""

from oversite.domains.customs.signs.drawing import sign_svg
from oversite.domains.customs.signs.sign import SIZES, Sign, SignKind, SignSize, signs_for

__all__ = ["SIZES", "Sign", "SignKind", "SignSize", "sign_svg", "signs_for"]
