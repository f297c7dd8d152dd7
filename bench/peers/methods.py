"""What people compute with PyTorch today, each in the form in which it is published. A method maps operands to one matrix."""

import torch

KELLER_JORDAN = (3.4445, -4.7750, 2.0315)
"""https://github.com/KellerJordan/Muon"""


def newton_schulz(a, steps=5, dtype=torch.bfloat16):
    """Muon's zeropower_via_newtonschulz5, in bfloat16 whatever the operand's type."""
    p, q, r = KELLER_JORDAN
    x = a.to(dtype)
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = p * x + (q * gram + r * gram @ gram) @ x
    return x


def exp(a):
    """torch.linalg.matrix_exp, which knows nothing of skew matrices."""
    return torch.linalg.matrix_exp(a)


def cayley(a):
    """(I − A)⁻¹(I + A) by LU; the factors commute."""
    identity = torch.eye(a.shape[-1], dtype=a.dtype, device=a.device)
    return torch.linalg.solve(identity - a, identity + a)


def procrustes(a, b):
    """The R in O(n) that brings AR nearest to B: UVᵀ of AᵀB = U·S·Vᵀ."""
    u, _, vh = torch.linalg.svd(a.mT @ b)
    return u @ vh


def cayley_neumann(blocks):
    """(I + A)(I + A + A² + A³) of a batch of blocks, by torch.bmm, as POET's CNP of order 3."""
    identity = torch.eye(blocks.shape[-1], dtype=blocks.dtype, device=blocks.device)
    square = torch.bmm(blocks, blocks)
    cube = torch.bmm(square, blocks)
    return torch.bmm(identity + blocks, identity + blocks + square + cube)


def pion_step(w, g, learning_rate=1e-3, beta=0.9, rms=0.2, epsilon=1e-12):
    """A first step of Pion (arXiv 2605.12492), both sides, first moment alone, RMS scaling, degree 2, as its released code orders
    the products: A_in = −m_in of WᵀG − GᵀW, A_out of GWᵀ − WGᵀ; α = η·0.2·√(mn)/‖W·A_in + A_out·W‖_F."""
    inner = w.mT @ g
    outer = g @ w.mT
    a_in = -(1 - beta) * (inner - inner.mT)
    a_out = -(1 - beta) * (outer - outer.mT)
    base = w @ a_in + a_out @ w
    alpha = learning_rate * rms * (w.shape[0] * w.shape[1]) ** 0.5 / (base.norm() + epsilon)
    first = alpha * (w @ a_in)
    turned = w + first + 0.5 * alpha * (first @ a_in)
    first = alpha * (a_out @ turned)
    return turned + first + 0.5 * alpha * (a_out @ first)
