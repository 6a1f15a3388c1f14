package Test::WhatsAuth::Pair;

=head1 NAME

Test::WhatsAuth::Pair - two hosts of nginx that share a store

=head1 SYNOPSIS

    my $pair = start_pair($valkey, timeout => '3s', app => 'expires 1h;');
    my ($one, $other) = $pair->hosts;       # of Test::WhatsAuth::Nginx

    my $login = $pair->log_in;
    $pair->holds('restarted', $login);

    $pair->stop;

The app is C<demo>, with a login page in C</login/> and a gate before
C</private/>.  Its site writes down what it hears.

=head1 METHODS

=over

=item start_pair($valkey, %option)

Returns when both hosts issue codes.  Options: C<place>, in place of the URL of
the L<Test::WhatsAuth::Valkey>; C<replicas> (1), C<timeout> (C<8s>), C<store>,
further arguments of C<whatsauth_store>; C<faults>, if the test takes the store
away; and those of C<start_nginx()>.

=item hosts(), site()

=item both(\@request, \@other)

Sends the one to the first host and the other to the second, at the same time;
without another one, the same.  Returns both answers.

=item log_in(%message)

A code with a claim of one host, its message to both at once, and the collect
at the other: each of them is asked again until it has an answer other than
503, for C<$PATIENCE> (30) seconds.  C<%message> are options of
C<text_message()>.  Returns a hash: C<id>, C<code>, C<from>,
C<collected>, the status of that, and C<retries>.

=item holds($title, @logins)

Passes if both hosts know each of these as validated for its sender, and the
site has heard of it, always the same.

=item told($text)

How often the logs of both tell of this.

=item stop()

=back

=cut

use strict;
use warnings;

use Exporter qw( import );
use List::Util qw( sum0 uniq );
use Test::More ();
use Test::WhatsAuth;
use Test::WhatsAuth::LoggedSite;
use Test::WhatsAuth::Valkey qw( $AWAY );
use Time::HiRes qw( sleep time );

our @EXPORT = qw( start_pair );

our $PATIENCE = 30;

my $CONF = <<'END';
whatsauth_gate_numbers any;
location /login/ { whatsauth_login demo; }
location /private/ { whatsauth_gate demo; try_files /none =204; }
END

my $senders = 0;


sub start_pair {
    my ($valkey, %option) = @_;

    my $site = start_logged_site();
    my $place = delete $option{place} // $valkey->url;
    my $store = join ' ', 'replicas=' . (delete $option{replicas} // 1),
                'timeout=' . (delete $option{timeout} // '8s'), 'retain=1h',
                delete $option{store} // ();
    my $app = delete $option{app} // '';
    my $allow = delete $option{faults} ? $AWAY : qr/whatsauth store "/;

    my @hosts = map {
        start_nginx(place => $place, store => $store,
            callback_url => $site->url, server => $CONF,
            allow => $allow,
            app => "login on; start_limit off; max_live 1000000;
                    callback_retry @{[ '200ms ' x 30 ]}; $app", %option)
    } 1 .. 2;

    my $self = bless { hosts => \@hosts, site => $site }, __PACKAGE__;

    $self->wait_until_open;
    return $self;
}


sub hosts { return @{ $_[0]{hosts} } }

sub site { return $_[0]{site} }


sub wait_until_open {
    my ($self) = @_;

    $_->wait_until_open for $self->hosts;
    return 1;
}


sub both {
    my ($self, $request, $other) = @_;

    my ($one, $two) = map { $_->client } $self->hosts;

    $one->send(@$request);
    $two->send(@{ $other // $request });

    return $one->receive, $two->receive;
}


# The answer to a request that is sent until there is one; each attempt is for
# the next host.

sub answer {
    my ($self, $login, $request) = @_;

    my $until = time + $PATIENCE;

    for (;;) {
        my $host = ($self->hosts)[ $login->{asked}++ % 2 ];
        my $answer = $host->request(@$request);

        return $answer if $answer->{status} !~ /^(?:0|503)$/ || time > $until;

        $login->{retries}++;
        sleep 0.1;
    }
}


sub log_in {
    my ($self, %message) = @_;

    my ($host) = $self->hosts;
    my $login = { from => sprintf('5692%07d', ++$senders), retries => 0,
                  asked => $senders };

    my $issued = $self->answer($login, [ $host->issue_request(claim => 1) ]);
    $login->{id} = $issued->{headers}{'whatsauth-id'}
        // die "no code: $issued->{status}\n";
    $login->{code} = $issued->{json}{code};

    my @message = $host->message_request(
        text_message(">>$login->{code}<<", from => $login->{from}, %message));

    for my $answer ($self->both(\@message)) {
        next if $answer->{status} == 200;
        $login->{retries}++;
        $login->{message} = $self->answer($login, \@message)->{status};
    }

    $login->{collected} = $self->answer($login, [ collect_request(
        $issued->{headers}{'whatsauth-claim'}, 'key') ])->{status};

    return $login;
}


sub collect_request {
    my ($claim, $key) = @_;

    return 'POST', '/api/v1/claim', {
        'Content-Type' => 'application/x-www-form-urlencoded',
        Authorization => "Bearer $TOKEN", 'Idempotency-Key' => $key,
    }, "claim=$claim";
}


sub holds {
    my ($self, $title, @logins) = @_;

    my %heard;

    wait_until {
        %heard = $self->site->heard;
        !grep { !$heard{$_->{id}} } @logins;
    } $PATIENCE;

    my @lost = grep { !$self->is_there($_, $heard{$_->{id}}) } @logins;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    Test::More::is(scalar @lost, 0, $title)
        or Test::More::diag(join "\n", map { my $login = $_;
            join ' ', (map { "$_=" . ($login->{$_} // '-') }
                       sort keys %$login), @{ $heard{$_->{id}} // [] } }
            @lost);
}


sub is_there {
    my ($self, $login, $heard) = @_;

    for my $host ($self->hosts) {
        my $record = $self->answer($login, [ 'GET',
            "/api/v1/verification/$login->{id}",
            { Authorization => "Bearer $TOKEN" } ])->{json} // {};

        return 0 if ($record->{status} // '') ne 'validated'
                    || $record->{phone_number} ne "+$login->{from}";
    }

    return $login->{collected} == 200 && $heard && uniq(@$heard) == 1
           && $heard->[0] =~ /"status":"validated"/;
}


sub told {
    my ($self, $text) = @_;

    return sum0(map { $_->told($text) } $self->hosts);
}


sub stop {
    my ($self) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    $_->stop for $self->hosts, $self->site;
}


1;
