"""Addresses of the doors, of one's own account and of an organisation's people."""

from django.urls import path

from . import doors, factor, own, people, resets, sessions

PEOPLE = "organisations/<str:reference>/people/"
PERSON = PEOPLE + "<str:person>/"

urlpatterns = [
    path("account/", own.Account.as_view(), name="account"),
    path("account/details/", own.ChangeDetails.as_view(), name="own-details"),
    path("account/calendar/", own.CalendarPage.as_view(), name="own-calendar"),
    path("account/calendar/make/", own.MakeCalendar.as_view(), name="own-calendar-make"),
    path("account/calendar/end/", own.EndCalendar.as_view(), name="own-calendar-end"),
    path("account/register-another/", own.RegisterAnother.as_view(), name="register-another"),
    path("account/sign-in/", doors.SignIn.as_view(), name="sign-in"),
    path("account/sign-in/code/", doors.SignInCode.as_view(), name="sign-in-code"),
    path("account/second-factor/", factor.SecondFactor.as_view(), name="second-factor"),
    path("account/second-factor/on/", factor.SwitchOn.as_view(), name="second-factor-on"),
    path("account/second-factor/codes/", factor.RenewCodes.as_view(), name="second-factor-codes"),
    path("account/second-factor/off/", factor.SwitchOff.as_view(), name="second-factor-off"),
    path("account/sessions/", sessions.Sessions.as_view(), name="sessions"),
    path("account/sessions/end-others/", sessions.EndOthers.as_view(), name="sessions-end-others"),
    path("account/sessions/<str:name>/end/", sessions.EndSession.as_view(), name="session-end"),
    path("account/sign-out/", doors.SignOut.as_view(), name="sign-out"),
    path("account/register/", doors.Register.as_view(), name="register"),
    path("account/register/sent/", doors.Registered.as_view(), name="registered"),
    path("account/confirm/", doors.ConfirmEmail.as_view(), name="confirm-email"),
    path("account/invitation/", doors.AcceptInvitation.as_view(), name="invitation"),
    path("account/password/", own.ChangePassword.as_view(), name="change-password"),
    path("account/password/forgotten/", doors.Forgotten.as_view(), name="forgotten-password"),
    path("account/password/forgotten/sent/", doors.Asked.as_view(), name="asked-for-password"),
    path("account/password/new/", doors.NewPassword.as_view(), name="new-password"),
    path("organisations/<str:reference>/", people.Details.as_view(), name="organisation"),
    path(
        "organisations/<str:reference>/change/",
        people.ChangeOrganisation.as_view(),
        name="organisation-change",
    ),
    path(PEOPLE, people.People.as_view(), name="organisation-people"),
    path(PEOPLE + "invite/", people.Invite.as_view(), name="organisation-invite"),
    path(
        PEOPLE + "invitations/<str:invitation>/withdraw/",
        people.WithdrawInvitation.as_view(),
        name="invitation-withdraw",
    ),
    path(PERSON, people.PersonPage.as_view(), name="organisation-person"),
    path(PERSON + "leave/", people.EndMembership.as_view(), name="organisation-leave"),
    path(PERSON + "second-factor/reset/", resets.AskReset.as_view(), name="factor-reset"),
    path(PERSON + "second-factor/confirm/", resets.ConfirmReset.as_view(), name="factor-reset-confirm"),
    path(PERSON + "second-factor/decline/", resets.DeclineReset.as_view(), name="factor-reset-decline"),
    path(PERSON + "roles/give/", people.GiveRole.as_view(), name="role-give"),
    path(PERSON + "roles/<str:role>/confirm/", people.ConfirmRole.as_view(), name="role-confirm"),
    path(PERSON + "roles/<str:role>/withdraw/", people.WithdrawRole.as_view(), name="role-withdraw"),
]
