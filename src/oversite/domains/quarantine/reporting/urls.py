"""Addresses of reporting."""

from django.urls import path

from oversite.domains.quarantine.reporting.views import deliveries, exchange, figures, findings, plans

app_name = "quarantine_reporting"
urlpatterns = [
    path("statistics/", figures.Statistics.as_view(), name="statistics"),
    path("findings/", findings.Findings.as_view(), name="findings"),
    path("findings/purchase/", findings.Purchase.as_view(), name="purchase"),
    path("findings/<uuid:uid>/", findings.FindingDetail.as_view(), name="finding"),
    path("findings/<uuid:uid>/decide/", findings.Decide.as_view(), name="decide"),
    path("certificates/<uuid:uid>/sps.xml", findings.SpsXml.as_view(), name="sps"),
    path("exchange/", exchange.Exchange.as_view(), name="exchange"),
    path("exchange/collect/", exchange.Collect.as_view(), name="collect"),
    path("exchange/batches/", deliveries.Batches.as_view(), name="batches"),
    path("exchange/batches/<uuid:uid>/", deliveries.BatchDetail.as_view(), name="batch"),
    path("exchange/batches/<uuid:uid>/file/", deliveries.BatchFile.as_view(), name="batch-file"),
    path("exchange/batches/<uuid:uid>/again/", deliveries.BatchAgain.as_view(), name="again"),
    path("exchange/batches/<uuid:uid>/receipt/", deliveries.Receipt.as_view(), name="receipt"),
    path("exchange/plans/", plans.Plans.as_view(), name="plans"),
    path("exchange/plans/new/", plans.PlanNew.as_view(), name="plan-new"),
    path("exchange/plans/<uuid:uid>/", plans.PlanDetail.as_view(), name="plan"),
    path("exchange/plans/<uuid:uid>/draw/", plans.DrawPlan.as_view(), name="draw"),
    path("exchange/plans/<uuid:uid>/proof/", plans.Proof.as_view(), name="proof"),
    path("exchange/records/<uuid:uid>/", exchange.EntryDetail.as_view(), name="entry"),
    path("exchange/records/<uuid:uid>/edit/", exchange.EntryEdit.as_view(), name="entry-edit"),
    path("exchange/records/<uuid:uid>/withdraw/", exchange.EntryWithdraw.as_view(), name="entry-withdraw"),
    path("exchange/<slug:dataset>/", exchange.Entries.as_view(), name="entries"),
    path("exchange/<slug:dataset>/new/", exchange.EntryNew.as_view(), name="entry-new"),
    path("exchange/<slug:dataset>/deliver/", exchange.Deliver.as_view(), name="deliver"),
]
