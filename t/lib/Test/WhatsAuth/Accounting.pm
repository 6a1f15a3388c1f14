package Test::WhatsAuth::Accounting;

=head1 NAME

Test::WhatsAuth::Accounting - what became of each of three hundred callbacks

=head1 SYNOPSIS

    my $books = open_books(main => 'worker_shutdown_timeout 1s;');
    my @ids = $books->fill(2500);       # 300 callbacks, each takes 2.5 s

    $books->nginx->reload;
    $books->balance('HUP', @ids);

=over

=item open_books(%options)

An nginx of C<start_nginx(%options)> that may have 300 callbacks in flight, and
a L<Test::WhatsAuth::SlowSite> that they go to.  C<timeout> is that of each.

=item fill($milliseconds)

Issues and validates 300 codes, and returns their ids when all the callbacks
have reached the site and none is answered.

=item balance($title, @ids)

Passes when every id has been heard and answered at least once, every record
is delivered, the store is sound, and nobody is left waiting.

=item idle($title)

Passes when stub_status is idle, and the workers have no other descriptors
than those of an nginx that has just started.

=item note_descriptors()

Takes what is open now as what belongs to an idle worker.

=item clean_log($title)

Passes when the error log has no alert, crit or emerg, other than what C<allow>
says.

=back

=cut

use strict;
use warnings;

use Exporter qw( import );
use Test::More ();
use Test::WhatsAuth;
use Test::WhatsAuth::Process qw( descriptor_kinds );
use Test::WhatsAuth::SlowSite;

our @EXPORT = qw( open_books $MANY );

our $MANY = 300;

my $PATIENCE = 30;


sub open_books {
    my (%option) = @_;

    my $timeout = delete $option{timeout} // '4s';
    my $site = start_slow_site();
    my $nginx = start_nginx(
        callback_url => $site->url('/0'),
        server => 'location = /status { stub_status; }',
        %option,
        http => "whatsauth_callback_inflight $MANY per_host=$MANY;"
                . "whatsauth_callback_timeout $timeout;"
                . ($option{http} // ''),
        app => 'callback_retry 100ms 100ms 100ms 100ms; authorized_callbacks '
               . $site->url('/') . ';' . ($option{app} // ''));

    my $self = bless { site => $site, nginx => $nginx }, __PACKAGE__;
    $self->note_descriptors;

    return $self;
}


sub nginx {
    my ($self) = @_;

    return $self->{nginx};
}


sub note_descriptors {
    my ($self) = @_;

    $self->{open} = descriptor_kinds(($self->{nginx}->workers)[0]);
}


sub fill {
    my ($self, $delay) = @_;

    my ($nginx, $site) = @$self{qw( nginx site )};

    my @issued = $nginx->together(map {
        [ $nginx->issue_request(callback_url => $site->url("/$delay")) ]
    } 1 .. $MANY);
    my @ids = map { $_->{headers}{'whatsauth-id'} } @issued;

    my @taken = $nginx->together(map {
        [ $nginx->message_request(text_message(">>$_->{json}{code}<<")) ]
    } @issued);

    my ($arrived, $answered);
    wait_until {
        $arrived = counted($site->arrived, @ids);
        $arrived == $MANY;
    } 5;
    $answered = counted($site->answered, @ids);

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    my $accepted = grep { $_->{status} == 200 } @taken;
    Test::More::is("$accepted accepted, $arrived in flight, $answered answered",
        "$MANY accepted, $MANY in flight, 0 answered",
        "$MANY callbacks are in flight");

    return @ids;
}


sub counted {
    my ($count, @ids) = @_;

    return scalar grep { $count->{$_} } @ids;
}


sub balance {
    my ($self, $title, @ids) = @_;

    my ($nginx, $site) = @$self{qw( nginx site )};
    my (%record, %end);

    wait_until {
        %record = map { $_->{id} => $_ } $nginx->records;
        %end = ();
        $end{ join ' ', map { $_ // '' } @$_{qw( status state error )} }++
            for @record{@ids};
        ($end{'validated kept '} // 0) == @ids;
    } $PATIENCE;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    Test::More::is_deeply(\%end, { 'validated kept ' => scalar @ids },
        "$title - no verification stays undecided");
    Test::More::is(counted($site->arrived, @ids), scalar @ids,
        "$title - every webhook-id has arrived");
    Test::More::is(counted($site->answered, @ids), scalar @ids,
        "$title - and is answered");

    Test::More::is($nginx->store_says('check'), "ok\n",
        "$title - the store is sound");
}


sub idle {
    my ($self, $title) = @_;

    my $nginx = $self->{nginx};
    my ($status, @open);

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    Test::More::ok(wait_until(sub {
        $status = $nginx->get('/status')->{body};
        $status =~ /^Active connections: 1 /
            && $status =~ /^Reading: 0 Writing: 1 Waiting: 0/m;
    }, 5), "$title - stub_status is idle") or Test::More::diag($status);

    wait_until {
        @open = map { descriptor_kinds($_) } $nginx->workers;
        !grep { $_ ne $self->{open} } @open;
    } 5;
    Test::More::is_deeply(\@open, [ ($self->{open}) x $nginx->{workers} ],
        "$title - no descriptor is left open");
}


sub clean_log {
    my ($self, $title) = @_;

    my $allow = $self->{nginx}{allow} // qr/(?!)/;
    my @bad = grep { /\[(?:alert|crit|emerg)\]/ && !/$allow/ }
              split /\n/, $self->{nginx}->error_log;

    local $Test::Builder::Level = $Test::Builder::Level + 1;

    Test::More::is_deeply(\@bad, [],
        "$title - the log has neither alert nor crit");
}


1;
