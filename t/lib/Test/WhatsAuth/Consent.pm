package Test::WhatsAuth::Consent;

=head1 NAME

Test::WhatsAuth::Consent - logins whose user is asked by WhatsApp

=head1 SYNOPSIS

    my $site = start_consent('confirm always;');
    my $browser = $site->browser;

    $site->begin($browser);                   # a code, not sent yet
    $site->send($browser, $VICTIM);           # the user sends it
    my $pin = $site->pin($VICTIM);            # what the user is told
    $browser->post('pin', pin => $pin);

=head1 DESCRIPTION

An nginx with the login page of an app C<demo>, which replies by the API of
L<Test::WhatsAuth::Provider>.  The app has the lines that are given.

=over

=item start_consent($lines, %options)

Options are those of C<start_nginx()>, C<more_apps> for further apps, C<api>
for what the API answers, as the provider's C<meta()> takes it, and
C<location> for directives beside the login page.

=item browser(%option)

A new browser; see L<Test::WhatsAuth::Browser>.

=item begin($browser, %fields)

Has the browser ask for a new code, and shows it the page.

=item send($browser, $from, %option)

The text of the page comes from that number.

=item say($from, $text, %option)

Any other text; options of C<text_message()>.

=item texts($to)

What was written to a number so far, oldest first.

=item wait_text($to, $pattern)

The newest text to a number, as soon as it fits.

=item pin($to)

The PIN in the newest text to a number, as soon as there is one that has not
been returned before.

=item log_in($browser, $from)

A whole login, with its PIN if the page asks for one.  Returns whether there
was one.

=item nginx, provider

=item $VICTIM $ATTACKER

Two numbers.

=back

=cut

use strict;
use warnings;

use Exporter qw( import );
use Test::WhatsAuth;
use Test::WhatsAuth::Browser;
use Test::WhatsAuth::Provider;

our @EXPORT = qw( start_consent wrong_pin $VICTIM $ATTACKER );

our $VICTIM = '56911111111';
our $ATTACKER = '56922222222';


sub start_consent {
    my ($lines, %option) = @_;

    my $provider = start_provider();
    my $api = $provider->meta(undef, delete $option{api});
    my $more_apps = delete $option{more_apps} // '';
    my $callback = delete $option{callback_url};

    my $app = whatsauth_app(
        app_secret => "$APP_SECRET phone_number_id=106540352242922 "
                      . "access_token=$ACCESS_TOKEN api=$api",
        callback_url => $callback,
        more => "login on; $lines");

    my $nginx = start_nginx(
        apps => $app . $more_apps,
        server => 'location /login/ { whatsauth_login demo; }',
        %option);

    return bless { nginx => $nginx, provider => $provider, seen => {} },
        __PACKAGE__;
}


sub nginx    { return $_[0]{nginx} }
sub provider { return $_[0]{provider} }


sub browser {
    my ($self, %option) = @_;

    return Test::WhatsAuth::Browser->new($self->{nginx}, %option);
}


sub begin {
    my ($self, $browser, %fields) = @_;

    my $answer = $browser->post('start', new => 1, %fields);

    $browser->get($browser->{login});
    return $answer;
}


sub send {
    my ($self, $browser, $from, %option) = @_;

    return $self->say($from, $browser->text, %option);
}


sub say {
    my ($self, $from, $text, %option) = @_;

    return $self->{nginx}->message(text_message($text, from => $from,
                                                %option));
}


sub texts {
    my ($self, $to) = @_;

    return map { $_->{json}{text}{body} }
           grep { ($_->{json}{to} // '') eq "+$to" }
           $self->{provider}->requests;
}


sub wait_text {
    my ($self, $to, $pattern) = @_;

    return wait_until {
        my $text = ($self->texts($to))[-1] // '';
        $text =~ $pattern ? $text : undef;
    };
}


sub pin {
    my ($self, $to) = @_;

    return wait_until {
        my @pins = map { /\*(\d{6})\*/ ? $1 : () } $self->texts($to);

        @pins > ($self->{seen}{$to} // 0)
            ? ($self->{seen}{$to} = @pins, $pins[-1])[1] : undef;
    };
}


sub log_in {
    my ($self, $browser, $from) = @_;

    $self->begin($browser);
    $self->send($browser, $from);
    $browser->get($browser->{login});

    my $asked = $browser->state eq 'pin';

    $browser->post('pin', pin => $self->pin($from)) if $asked;
    $browser->post('finish');

    return $asked;
}


sub wrong_pin {
    my ($pin) = @_;

    return sprintf '%06d', ($pin + 1) % 1000000;
}


1;
