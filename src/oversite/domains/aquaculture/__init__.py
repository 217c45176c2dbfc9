"""Video supervision of export aquaculture farms (出口水产品养殖场视频监控)."""
