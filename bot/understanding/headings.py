"""What the columns of a claims register are called, besides their own names."""

from collections.abc import Mapping

HEADINGS: Mapping[str, str] = {
    "债权ID": "ClaimID", "債權ID": "ClaimID", "登记册编号": "ClaimID", "登記冊編號": "ClaimID",
    "债权表编号": "ScheduleNumber", "債權表編號": "ScheduleNumber", "Schedule": "ScheduleNumber",
    "债权编号": "ClaimNumber", "債權編號": "ClaimNumber", "申报编号": "ClaimNumber",
    "申报日期": "DateFiled", "申報日期": "DateFiled", "提交日期": "DateFiled",
    "债权人": "CreditorName", "債權人": "CreditorName", "债权人姓名": "CreditorName", "债权人名称": "CreditorName",
    "債權人姓名": "CreditorName", "債權人名稱": "CreditorName", "姓名": "CreditorName", "Name on file": "CreditorName",
    "债权金额": "TotalCurrentClaimAmount", "債權金額": "TotalCurrentClaimAmount", "金额": "TotalCurrentClaimAmount",
    "金額": "TotalCurrentClaimAmount", "Amount": "TotalCurrentClaimAmount",
    "债务人": "DebtorName", "債務人": "DebtorName", "Debtor": "DebtorName",
    "债权类别": "PlanClass", "債權類別": "PlanClass", "类别": "PlanClass", "類別": "PlanClass", "Class": "PlanClass",
    "唯一客户代码": "UCC", "唯一客戶代碼": "UCC", "Unique Customer Code": "UCC",
    "邮箱": "Email", "電郵": "Email", "电子邮件": "Email", "電子郵件": "Email", "邮箱地址": "Email", "Email address": "Email",
    "截至": "AsOf", "截至日期": "AsOf", "As of date": "AsOf",
}  # fmt: skip
